package io.respite.server.lua.translation;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_SUPER;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.RETURN;
import static org.objectweb.asm.Opcodes.V17;

import io.respite.server.lua.code.Prototype;
import java.util.Optional;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * Writes a class that does what a function's instructions say, without looking at them again.
 *
 * <p>Its one method is given the frame and where to begin, and runs until another frame is on top,
 * or until something comes that is the interpreter's: an operand of another type than usual, a
 * metamethod, an error, the end of the ticks. Then registers are what the interpreter expects, and
 * it goes on there. So a program may change between the two at many places, and neither knows more
 * than the other.
 *
 * <p>The JVM does not compile methods of more than 8,000 bytes; what would be larger is not
 * translated.
 */
public final class Translator {
  /** More instructions never fit into one method. */
  private static final int MOST_INSTRUCTIONS = 600;

  private static final int MOST_BYTES = 7_900;

  private Translator() {}

  /**
   * The class file of a subclass of {@code TranslatedFunction}; empty when the function is too
   * large.
   */
  public static Optional<byte[]> translate(Prototype prototype) {
    if (prototype.code().length > MOST_INSTRUCTIONS) {
      return Optional.empty();
    }
    ClassWriter writer = new Writer();
    writer.visit(
        V17,
        ACC_PUBLIC | ACC_FINAL | ACC_SUPER,
        CodeWriter.MACHINE + "Translated",
        null,
        CodeWriter.BASE,
        null);
    MethodVisitor constructor = writer.visitMethod(0, "<init>", "()V", null, null);
    constructor.visitCode();
    constructor.visitVarInsn(ALOAD, 0);
    constructor.visitMethodInsn(INVOKESPECIAL, CodeWriter.BASE, "<init>", "()V", false);
    constructor.visitInsn(RETURN);
    constructor.visitMaxs(1, 1);
    constructor.visitEnd();
    MethodVisitor run = writer.visitMethod(0, "run", CodeWriter.RUN, null, null);
    int size = new FunctionWriter(prototype, run).write();
    writer.visitEnd();
    return size > MOST_BYTES ? Optional.empty() : Optional.of(writer.toByteArray());
  }

  /** Computes the frames that the verifier wants without loading any class for it. */
  private static final class Writer extends ClassWriter {
    Writer() {
      super(COMPUTE_FRAMES);
    }

    @Override
    protected String getCommonSuperClass(String one, String other) {
      return Type.getInternalName(Object.class);
    }
  }
}
