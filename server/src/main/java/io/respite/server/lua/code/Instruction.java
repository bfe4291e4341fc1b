package io.respite.server.lua.code;

/**
 * The instructions of the register machine of Lua 5.1 (R. Ierusalimschy et al., "The Implementation
 * of Lua 5.0", 2005, for the design). An instruction is 32 bits:
 *
 * <pre>
 *    31      23 22      14 13       6 5      0
 *   ┌──────────┬──────────┬──────────┬────────┐
 *   │    B     │    C     │    A     │   op   │      A: 8 bits, B and C: 9 bits
 *   ├──────────┴──────────┼──────────┼────────┤
 *   │    Bx, or sBx       │    A     │   op   │      Bx: 18 bits; sBx = Bx - 131071
 *   └─────────────────────┴──────────┴────────┘
 * </pre>
 *
 * R(x) is a register of the function, K(x) one of its constants, U(x) one of its upvalues; RK(x) is
 * R(x), or K(x - 256) when x has {@link #CONSTANT} set. {@code pc} counts from 0 and points behind
 * the instruction while it is executed.
 */
public final class Instruction {
  // @formatter:off
  /** R(A) := R(B). */
  public static final int MOVE = 0;

  /** R(A) := K(Bx). */
  public static final int LOADK = 1;

  /** R(A) := B != 0; if C != 0 then pc++. */
  public static final int LOADBOOL = 2;

  /** R(A) ... R(B) := nil. */
  public static final int LOADNIL = 3;

  /** R(A) := U(B). */
  public static final int GETUPVAL = 4;

  /** R(A) := environment[K(Bx)]. */
  public static final int GETGLOBAL = 5;

  /** R(A) := R(B)[RK(C)]. */
  public static final int GETTABLE = 6;

  /** environment[K(Bx)] := R(A). */
  public static final int SETGLOBAL = 7;

  /** U(B) := R(A). */
  public static final int SETUPVAL = 8;

  /** R(A)[RK(B)] := RK(C). */
  public static final int SETTABLE = 9;

  /** R(A) := {}, with room for B elements and C other keys, both as {@link #decodeSize}. */
  public static final int NEWTABLE = 10;

  /** R(A+1) := R(B); R(A) := R(B)[RK(C)]. */
  public static final int SELF = 11;

  /** R(A) := RK(B) + RK(C). */
  public static final int ADD = 12;

  /** R(A) := RK(B) - RK(C). */
  public static final int SUB = 13;

  /** R(A) := RK(B) * RK(C). */
  public static final int MUL = 14;

  /** R(A) := RK(B) / RK(C). */
  public static final int DIV = 15;

  /** R(A) := RK(B) % RK(C). */
  public static final int MOD = 16;

  /** R(A) := RK(B) ^ RK(C). */
  public static final int POW = 17;

  /** R(A) := -R(B). */
  public static final int UNM = 18;

  /** R(A) := not R(B). */
  public static final int NOT = 19;

  /** R(A) := #R(B). */
  public static final int LEN = 20;

  /** R(A) := R(B) .. ... .. R(C). */
  public static final int CONCAT = 21;

  /** pc += sBx. */
  public static final int JMP = 22;

  /** if (RK(B) == RK(C)) != (A != 0) then pc++. Followed by a JMP, like all tests. */
  public static final int EQ = 23;

  /** if (RK(B) < RK(C)) != (A != 0) then pc++. */
  public static final int LT = 24;

  /** if (RK(B) <= RK(C)) != (A != 0) then pc++. */
  public static final int LE = 25;

  /** if truth(R(A)) != (C != 0) then pc++. */
  public static final int TEST = 26;

  /** if truth(R(B)) == (C != 0) then R(A) := R(B) else pc++. */
  public static final int TESTSET = 27;

  /**
   * R(A), ..., R(A+C-2) := R(A)(R(A+1), ..., R(A+B-1)). B = 0: the arguments go up to the top,
   * which an instruction with an open number of results has set. C = 0: all results, and the top is
   * set.
   */
  public static final int CALL = 28;

  /** return R(A)(R(A+1), ..., R(A+B-1)); followed by a RETURN of all. */
  public static final int TAILCALL = 29;

  /** return R(A), ..., R(A+B-2); B = 0: up to the top. */
  public static final int RETURN = 30;

  /** R(A) += R(A+2); if R(A) is not beyond R(A+1) then pc += sBx and R(A+3) := R(A). */
  public static final int FORLOOP = 31;

  /** R(A) -= R(A+2); pc += sBx. */
  public static final int FORPREP = 32;

  /**
   * R(A+3), ..., R(A+2+C) := R(A)(R(A+1), R(A+2)); if R(A+3) is not nil then R(A+2) := R(A+3) else
   * pc++. Followed by the JMP back.
   */
  public static final int TFORLOOP = 33;

  /**
   * R(A)[(C-1)*50 + i] := R(A+i) for i from 1 to B. B = 0: up to the top. C = 0: the next
   * instruction, as a whole, is C.
   */
  public static final int SETLIST = 34;

  /** Closes all upvalues that are registers from R(A) on. */
  public static final int CLOSE = 35;

  /**
   * R(A) := a closure of the inner function Bx. For each of its upvalues an instruction follows
   * that is not executed: MOVE 0 B for R(B), GETUPVAL 0 B for U(B).
   */
  public static final int CLOSURE = 36;

  /** R(A), ..., R(A+B-2) := the variable arguments; B = 0: all, and the top is set. */
  public static final int VARARG = 37;

  // @formatter:on

  /** In an RK operand: a constant. */
  public static final int CONSTANT = 256;

  /** Largest index of a constant that fits an RK operand. */
  public static final int MAX_RK_CONSTANT = 255;

  /** Largest A. */
  public static final int MAX_A = 255;

  /** Largest B or C. */
  public static final int MAX_BC = 511;

  /** Largest Bx. */
  public static final int MAX_BX = (1 << 18) - 1;

  /** Largest sBx; the smallest is its negative. */
  public static final int MAX_SBX = MAX_BX >> 1;

  /** Elements that one SETLIST sets. */
  public static final int FIELDS_PER_FLUSH = 50;

  private static final String[] NAMES = {
    "MOVE",
    "LOADK",
    "LOADBOOL",
    "LOADNIL",
    "GETUPVAL",
    "GETGLOBAL",
    "GETTABLE",
    "SETGLOBAL",
    "SETUPVAL",
    "SETTABLE",
    "NEWTABLE",
    "SELF",
    "ADD",
    "SUB",
    "MUL",
    "DIV",
    "MOD",
    "POW",
    "UNM",
    "NOT",
    "LEN",
    "CONCAT",
    "JMP",
    "EQ",
    "LT",
    "LE",
    "TEST",
    "TESTSET",
    "CALL",
    "TAILCALL",
    "RETURN",
    "FORLOOP",
    "FORPREP",
    "TFORLOOP",
    "SETLIST",
    "CLOSE",
    "CLOSURE",
    "VARARG"
  };

  private Instruction() {}

  /** The instruction with operands A, B and C. */
  public static int abc(int op, int a, int b, int c) {
    return op | a << 6 | c << 14 | b << 23;
  }

  /** The instruction with operands A and Bx. */
  public static int abx(int op, int a, int bx) {
    return op | a << 6 | bx << 14;
  }

  /** The instruction with operands A and sBx. */
  public static int asbx(int op, int a, int sbx) {
    return abx(op, a, sbx + MAX_SBX);
  }

  /** What an instruction does: one of the constants above. */
  public static int op(int instruction) {
    return instruction & 0x3f;
  }

  /** Operand A. */
  public static int a(int instruction) {
    return instruction >>> 6 & 0xff;
  }

  /** Operand B. */
  public static int b(int instruction) {
    return instruction >>> 23;
  }

  /** Operand C. */
  public static int c(int instruction) {
    return instruction >>> 14 & 0x1ff;
  }

  /** Operand Bx. */
  public static int bx(int instruction) {
    return instruction >>> 14;
  }

  /** Operand sBx. */
  public static int sbx(int instruction) {
    return (instruction >>> 14) - MAX_SBX;
  }

  /** The name of an operation. */
  public static String name(int op) {
    return NAMES[op];
  }

  /**
   * A size as NEWTABLE holds it, rounded up: three bits of mantissa with a hidden one, five of
   * exponent ("floating point byte").
   */
  public static int encodeSize(int size) {
    int exponent = 0;
    int mantissa = size;
    while (mantissa >= 16) {
      mantissa = (mantissa + 1) >> 1;
      exponent++;
    }
    return mantissa < 8 ? mantissa : (exponent + 1) << 3 | (mantissa - 8);
  }

  /** The size that {@link #encodeSize} encoded. */
  public static int decodeSize(int encoded) {
    int exponent = encoded >> 3 & 31;
    return exponent == 0 ? encoded : ((encoded & 7) + 8) << (exponent - 1);
  }
}
