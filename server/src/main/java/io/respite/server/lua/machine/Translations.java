package io.respite.server.lua.machine;

import io.respite.server.lua.code.Heat;
import io.respite.server.lua.code.Prototype;
import io.respite.server.lua.translation.Translator;
import java.lang.invoke.MethodHandles;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Which functions have been translated, and which are to be.
 *
 * <p>A function that has run often is handed to a thread that all machines share and that ends when
 * there is nothing to do; meanwhile it is interpreted as before. Each translation is a hidden class
 * that goes with the function it was made for. There is a limit to how many live at a time, so that
 * clients who send ever new scripts do not fill the JVM's memory for classes.
 */
final class Translations {
  /** Calls and rounds of loops after which a function counts as hot. */
  private static final int HOT = 2_000;

  /** Rounds for which a look of the watch stands. */
  private static final int ROUNDS = 1_000;

  /** Translations that may live at a time; each takes some 10 to 30 KB. */
  private static final int MOST = 2_000;

  private static final int LONGEST_QUEUE = 100;
  private static final long IDLE_SECONDS = 5;

  /** Stands for a translation where none is possible. */
  private static final Object NONE = new Object();

  private static final Set<Reference<?>> LIVING = ConcurrentHashMap.newKeySet();
  private static final ReferenceQueue<Object> GONE = new ReferenceQueue<>();
  private static final ThreadPoolExecutor TRANSLATOR = translator();

  private final TranslateWhen when;

  Translations(TranslateWhen when) {
    this.when = when;
  }

  private static ThreadPoolExecutor translator() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(LONGEST_QUEUE),
            work -> {
              Thread thread = new Thread(work, "respite-lua-translator");
              thread.setDaemon(true);
              // Whoever's application happens to come first must not be kept alive by it.
              thread.setContextClassLoader(null);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** The translation of a function that is about to go on, or null. */
  TranslatedFunction of(Prototype prototype) {
    Heat heat = prototype.heat();
    Object made = heat.translation();
    if (made instanceof TranslatedFunction translated) {
      return when == TranslateWhen.NEVER ? null : translated;
    }
    if (made == null && (when == TranslateWhen.ALWAYS || heat.add(1) >= HOT)) {
      return wanted(prototype);
    }
    return null;
  }

  /** A function has gone through many rounds of a loop. */
  void looped(Prototype prototype) {
    if (prototype.heat().translation() == null && prototype.heat().add(ROUNDS) >= HOT) {
      wanted(prototype);
    }
  }

  private TranslatedFunction wanted(Prototype prototype) {
    Heat heat = prototype.heat();
    heat.reset();
    if (when == TranslateWhen.ALWAYS) {
      return translate(prototype).orElse(null);
    } else if (when == TranslateWhen.HOT) {
      try {
        TRANSLATOR.execute(() -> translate(prototype));
      } catch (RejectedExecutionException full) {
        // It will be hot again.
        heat.reset();
      }
    }
    return null;
  }

  private static Optional<TranslatedFunction> translate(Prototype prototype) {
    Heat heat = prototype.heat();
    if (heat.translation() != null || !hasRoom()) {
      return Optional.empty();
    }
    // Also if it fails: it would fail again.
    heat.translation(NONE);
    Optional<TranslatedFunction> made = Translator.translate(prototype).map(Translations::define);
    made.ifPresent(
        function -> {
          LIVING.add(new WeakReference<>(function, GONE));
          heat.translation(function);
        });
    return made;
  }

  private static boolean hasRoom() {
    for (Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
      LIVING.remove(gone);
    }
    return LIVING.size() < MOST;
  }

  private static TranslatedFunction define(byte[] bytes) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return (TranslatedFunction) lookup.lookupClass().getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException failed) {
      throw new IllegalStateException("a translated function that cannot be loaded", failed);
    }
  }
}
