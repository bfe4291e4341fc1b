package io.respite.server.lua.compiler;

/**
 * The binary operators with their precedence ("2.5.6 Precedence"). An operator takes what stands
 * left of it when its left priority is higher than the right priority of the operator before; one
 * that is lower on its right than on its left is right associative.
 */
enum BinaryOperator {
  OR(1, 1),
  AND(2, 2),
  LESS(3, 3),
  GREATER(3, 3),
  LESS_EQUAL(3, 3),
  GREATER_EQUAL(3, 3),
  NOT_EQUAL(3, 3),
  EQUAL(3, 3),
  CONCAT(5, 4),
  ADD(6, 6),
  SUB(6, 6),
  MUL(7, 7),
  DIV(7, 7),
  MOD(7, 7),
  POW(10, 9);

  /** What all unary operators have. */
  static final int UNARY_PRIORITY = 8;

  final int left;
  final int right;

  BinaryOperator(int left, int right) {
    this.left = left;
    this.right = right;
  }

  /** The operator that a token is; null if it is none. */
  static BinaryOperator of(int token) {
    return switch (token) {
      case TokenKind.OR -> OR;
      case TokenKind.AND -> AND;
      case '<' -> LESS;
      case '>' -> GREATER;
      case TokenKind.LESS_EQUAL -> LESS_EQUAL;
      case TokenKind.GREATER_EQUAL -> GREATER_EQUAL;
      case TokenKind.NOT_EQUAL -> NOT_EQUAL;
      case TokenKind.EQUAL -> EQUAL;
      case TokenKind.CONCAT -> CONCAT;
      case '+' -> ADD;
      case '-' -> SUB;
      case '*' -> MUL;
      case '/' -> DIV;
      case '%' -> MOD;
      case '^' -> POW;
      default -> null;
    };
  }
}
