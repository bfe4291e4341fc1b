package io.respite.server.fault;

import io.respite.server.environment.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Files in memory that know what a power cut would leave of them.
 *
 * <p>Everything is there twice: as programs see it, and as it is safe. A file's content is safe as
 * of its last {@code force}, a folder's names as of its last {@code forceDirectory}; what happened
 * since is kept as a list of changes. {@link #afterPowerCut} makes the storage that a machine finds
 * when it is switched on again, and takes all liberties that a disk has:
 *
 * <pre>
 *   folder   some of the changes of names since forceDirectory, each whole or not at all:
 *            none, all, the first few, or any
 *   file     some of the changes of content since force:
 *            none, all, or the first few with the last of them torn at any byte,
 *            with zeros where the rest was to be or without;
 *            or a length that it had in between, with each page of 512 or 4,096 bytes
 *            as it was safe, as it was seen last, or all zero
 * </pre>
 *
 * Files lose independently of each other, so that what was written later may survive what was
 * written before. Forcing a file does not make its name safe, though most systems do that too.
 *
 * <p>Each operation that changes something has two numbered points, before and after it. At the
 * point given to {@link #crashAt} the machine stops: that operation and all later ones throw a
 * {@link Stopped}, and change nothing. {@link #onOperation} lets a disk refuse operations instead;
 * a {@code force} that it refuses drops what was to be forced, as Linux does: a second try would
 * succeed and prove nothing.
 *
 * <p>Safe for use by several threads.
 */
final class CrashStorage implements Storage {
  /** Operations that change something. */
  enum Operation {
    /** Makes or opens a file for writing; an existing content may go. */
    CREATE,
    /** Opens a file for appending. */
    APPEND,
    /** Writes some bytes. */
    WRITE,
    /** Makes a file's content safe. */
    FORCE,
    /** Moves a name. */
    RENAME,
    /** Removes a name. */
    DELETE,
    /** Cuts a file; its content is forced then, as an operation of its own. */
    TRUNCATE,
    /** Makes folders. */
    CREATE_FOLDERS,
    /** Makes a folder's names safe. */
    FORCE_DIRECTORY
  }

  /** May refuse an operation before it happens. */
  @FunctionalInterface
  interface Refusal {
    /**
     * Lets it happen, or throws.
     *
     * @param bytes how many a write has, else 0
     */
    void check(Operation operation, Path path, long bytes) throws IOException;
  }

  /** A disk that is full takes a part of a write. */
  static final class Full extends IOException {
    private static final long serialVersionUID = 1;

    private final int taken;

    /**
     * A write of which so many bytes have been taken.
     *
     * @param taken less than the write has
     */
    Full(int taken) {
      super("No space left on device");
      this.taken = taken;
    }
  }

  /** The machine has stopped: nobody hears this. */
  static final class Stopped extends IOException {
    private static final long serialVersionUID = 1;

    Stopped() {
      super("the machine has stopped");
    }
  }

  private static final int NOTED = 12;

  /** A file or folder, which keeps its identity when its name changes. */
  private sealed interface Node permits File, Folder {}

  private static final class File implements Node {
    byte[] safe = new byte[0];
    byte[] seen = new byte[0];

    /** Contents since the last force, without the safe one; arrays are never changed in place. */
    final List<byte[]> since = new ArrayList<>();

    void become(byte[] content) {
      since.add(content);
      seen = content;
    }

    /** Bytes that a failed force has dropped: seen as they were, and zero after a power cut. */
    private int droppedFrom;

    private int droppedTo;

    void force() {
      safe = seen;
      since.clear();
      int end = Math.min(droppedTo, safe.length);
      if (droppedFrom < end) {
        safe = safe.clone();
        Arrays.fill(safe, droppedFrom, end, (byte) 0);
      }
    }

    /** A force has failed: what it was to write counts as written, and never will be. */
    void drop() {
      droppedFrom = droppedFrom < droppedTo ? droppedFrom : Math.min(safe.length, seen.length);
      droppedTo = seen.length;
      since.clear();
    }
  }

  /** Takes away a name, or null; and gives one, or null. */
  private record Change(String gone, String come, Node node) {
    void apply(Map<String, Node> names) {
      if (gone != null) {
        names.remove(gone);
      }
      if (come != null) {
        names.put(come, node);
      }
    }
  }

  private static final class Folder implements Node {
    Map<String, Node> safe = new HashMap<>();
    final Map<String, Node> seen = new TreeMap<>();
    final List<Change> since = new ArrayList<>();

    void change(Change change) {
      change.apply(seen);
      since.add(change);
    }

    void force() {
      safe = new HashMap<>(seen);
      since.clear();
    }
  }

  private final Folder root = new Folder();
  private Refusal refusal = (operation, path, bytes) -> {};
  private long point;
  private long crashAt = Long.MAX_VALUE;
  private boolean stopped;
  private final Map<Operation, Integer> counts = new TreeMap<>();
  private final Deque<String> last = new ArrayDeque<>();

  /** Storage without files, where these folders exist and are safe. */
  static CrashStorage withFolders(Path... folders) {
    CrashStorage storage = new CrashStorage();
    for (Path folder : folders) {
      storage.folder(folder, true);
    }
    forceAll(storage.root);
    return storage;
  }

  private static void forceAll(Folder folder) {
    folder.force();
    for (Node node : folder.seen.values()) {
      if (node instanceof Folder inner) {
        forceAll(inner);
      }
    }
  }

  // ---- faults

  /** Stops the machine at a point, counted from 1, of all points since the storage was made. */
  synchronized void crashAt(long number) {
    crashAt = number;
  }

  /** How many points have been passed. */
  synchronized long points() {
    return point;
  }

  /** Whether the machine has stopped: what is answered now, nobody hears. */
  synchronized boolean isStopped() {
    return stopped;
  }

  /** Stops the machine now. */
  synchronized void stop() {
    stopped = true;
  }

  /** Who may refuse operations from now on. */
  synchronized void onOperation(Refusal who) {
    refusal = who;
  }

  private void note(Operation operation, Path path, long bytes) {
    if (last.size() == NOTED) {
      last.remove();
    }
    last.add(point + ":" + operation + " " + name(path) + (bytes > 0 ? " " + bytes : ""));
  }

  /** The last operations, for the eyes of who looks for a fault. */
  synchronized List<String> lastOperations() {
    return List.copyOf(last);
  }

  /** How many operations of each kind there were. */
  synchronized Map<Operation, Integer> counts() {
    return new TreeMap<>(counts);
  }

  private void pass() throws Stopped {
    if (stopped || ++point == crashAt) {
      stopped = true;
      throw new Stopped();
    }
  }

  /** Something that changes the storage. */
  private interface Body<T> {
    T run() throws IOException;
  }

  private synchronized <T> T change(Operation operation, Path path, long bytes, Body<T> body)
      throws IOException {
    pass();
    refusal.check(operation, path, bytes);
    T result = body.run();
    counts.merge(operation, 1, Integer::sum);
    note(operation, path, bytes);
    pass();
    return result;
  }

  // ---- the power cut

  /** What is left after a power cut now; this storage stays as it is. */
  synchronized CrashStorage afterPowerCut(SplittableRandom random) {
    return afterPowerCut(random, true);
  }

  /**
   * What is left after a power cut now, with or without holes: without them, of each file a
   * beginning of what was written to it is left, and perhaps zeros behind that.
   */
  synchronized CrashStorage afterPowerCut(SplittableRandom random, boolean holes) {
    CrashStorage left = new CrashStorage();
    survive(root, left.root, random, holes, new HashMap<>());
    return left;
  }

  /** What is left when only the process ends: everything that was written. */
  synchronized CrashStorage afterProcessEnd() {
    CrashStorage left = new CrashStorage();
    copySeen(root, left.root);
    return left;
  }

  private static void copySeen(Folder from, Folder to) {
    from.seen.forEach(
        (name, node) -> {
          if (node instanceof Folder folder) {
            Folder copy = new Folder();
            copySeen(folder, copy);
            to.seen.put(name, copy);
          } else {
            to.seen.put(name, safeFile(((File) node).seen));
          }
        });
    to.force();
  }

  private static File safeFile(byte[] content) {
    File file = new File();
    file.seen = content;
    file.safe = content;
    return file;
  }

  private static void survive(
      Folder from, Folder to, SplittableRandom random, boolean holes, Map<File, File> known) {
    Map<String, Node> names = new HashMap<>(from.safe);
    int how = random.nextInt(4);
    int first = random.nextInt(from.since.size() + 1);
    for (int i = 0; i < from.since.size(); i++) {
      boolean happened =
          switch (how) {
            case 0 -> false;
            case 1 -> true;
            case 2 -> i < first;
            default -> random.nextBoolean();
          };
      if (happened) {
        from.since.get(i).apply(names);
      }
    }
    // In the order of names, so that a seed gives the same in every run.
    new TreeMap<>(names)
        .forEach(
            (name, node) -> {
              if (node instanceof Folder folder) {
                Folder copy = new Folder();
                survive(folder, copy, random, holes, known);
                to.seen.put(name, copy);
              } else {
                // A file may have survived under two names.
                File file = (File) node;
                File copy = known.get(file);
                if (copy == null) {
                  copy = safeFile(survive(file, random, holes));
                  known.put(file, copy);
                }
                to.seen.put(name, copy);
              }
            });
    to.force();
  }

  private static byte[] survive(File file, SplittableRandom random, boolean holes) {
    if (file.since.isEmpty()) {
      return file.safe;
    }
    return switch (random.nextInt(holes ? 6 : 4)) {
      case 0 -> file.safe;
      case 1 -> file.seen;
      case 2 -> torn(file, random);
      case 3 -> zeroTail(file, random);
      case 4 -> pages(file, 512, random);
      default -> pages(file, 4096, random);
    };
  }

  /** The first few changes, and of the next one a part. */
  private static byte[] torn(File file, SplittableRandom random) {
    int last = random.nextInt(file.since.size());
    byte[] before = last == 0 ? file.safe : file.since.get(last - 1);
    byte[] after = file.since.get(last);
    if (after.length <= before.length) {
      return random.nextBoolean() ? before : after;
    }
    return Arrays.copyOf(after, before.length + random.nextInt(after.length - before.length + 1));
  }

  /** The first few changes, and zeros for what came then. */
  private static byte[] zeroTail(File file, SplittableRandom random) {
    byte[] beginning = torn(file, random);
    int longest = Math.max(beginning.length, file.seen.length);
    return Arrays.copyOf(
        beginning, beginning.length + random.nextInt(longest - beginning.length + 1));
  }

  private static byte[] pages(File file, int pageBytes, SplittableRandom random) {
    int version = random.nextInt(file.since.size() + 1);
    int length = (version == 0 ? file.safe : file.since.get(version - 1)).length;
    byte[] content = Arrays.copyOf(file.safe, length);
    for (int at = 0; at < length; at += pageBytes) {
      int count = Math.min(Math.min(length, at + pageBytes), file.seen.length) - at;
      if (count > 0 && random.nextBoolean()) {
        System.arraycopy(file.seen, at, content, at, count);
      }
    }
    return content;
  }

  // ---- names

  private Folder folder(Path path, boolean create) {
    Folder folder = root;
    for (Path part : path.toAbsolutePath().normalize()) {
      Node next = folder.seen.get(part.toString());
      if (next == null && create) {
        next = new Folder();
        folder.change(new Change(null, part.toString(), next));
      }
      if (!(next instanceof Folder inner)) {
        return null;
      }
      folder = inner;
    }
    return folder;
  }

  private Folder parent(Path path) throws NoSuchFileException {
    Folder folder = folder(path.toAbsolutePath().normalize().getParent(), false);
    if (folder == null) {
      throw new NoSuchFileException(path.toString());
    }
    return folder;
  }

  private static String name(Path path) {
    return path.toAbsolutePath().normalize().getFileName().toString();
  }

  private File file(Path path) throws IOException {
    Node node = parent(path).seen.get(name(path));
    if (node == null) {
      throw new NoSuchFileException(path.toString());
    }
    if (!(node instanceof File file)) {
      throw new IOException(path + " is a folder");
    }
    return file;
  }

  /** All files with their sizes, for the eyes of who looks for a fault. */
  synchronized List<String> names() {
    List<String> names = new ArrayList<>();
    names(root, "", names);
    return names;
  }

  private static void names(Folder folder, String above, List<String> names) {
    folder.seen.forEach(
        (name, node) -> {
          if (node instanceof Folder inner) {
            names(inner, above + "/" + name, names);
          } else {
            names.add(above + "/" + name + ":" + ((File) node).seen.length);
          }
        });
  }

  /** A file's content, for the eyes of a test. */
  synchronized byte[] content(Path path) throws IOException {
    return file(path).seen.clone();
  }

  /** Puts a file there, safely, whatever was there. */
  synchronized void put(Path path, byte[] content) throws IOException {
    Folder folder = parent(path);
    folder.change(new Change(null, name(path), safeFile(content.clone())));
    folder.force();
  }

  // ---- what the server does

  @Override
  public synchronized byte[] read(Path path, int limitBytes) throws IOException {
    byte[] content = file(path).seen;
    if (content.length > limitBytes) {
      throw new IOException(path + " has " + content.length + " bytes");
    }
    return content.clone();
  }

  @Override
  public synchronized Input open(Path path) throws IOException {
    return new MemoryInput(file(path).seen);
  }

  @Override
  public synchronized boolean exists(Path path) {
    Path normal = path.toAbsolutePath().normalize();
    if (normal.getParent() == null) {
      return true;
    }
    Folder folder = folder(normal.getParent(), false);
    return folder != null && folder.seen.containsKey(name(path));
  }

  @Override
  public synchronized List<Path> list(Path path) throws IOException {
    Folder folder = folder(path, false);
    if (folder == null) {
      throw new NoSuchFileException(path.toString());
    }
    return folder.seen.keySet().stream().map(path::resolve).toList();
  }

  @Override
  public void createFolders(Path path) throws IOException {
    change(
        Operation.CREATE_FOLDERS,
        path,
        0,
        () -> {
          if (folder(path, true) == null) {
            throw new FileAlreadyExistsException(path.toString());
          }
          return null;
        });
  }

  private File open(Path path, boolean empty) throws IOException {
    Folder folder = parent(path);
    if (!folder.seen.containsKey(name(path))) {
      File file = new File();
      folder.change(new Change(null, name(path), file));
      return file;
    }
    File file = file(path);
    if (empty && file.seen.length > 0) {
      file.become(new byte[0]);
    }
    return file;
  }

  @Override
  public Output append(Path path) throws IOException {
    return change(Operation.APPEND, path, 0, () -> new MemoryOutput(path, open(path, false)));
  }

  @Override
  public Output create(Path path) throws IOException {
    return change(Operation.CREATE, path, 0, () -> new MemoryOutput(path, open(path, true)));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    change(
        Operation.RENAME,
        to,
        0,
        () -> {
          File file = file(from);
          Folder folder = parent(from);
          if (parent(to) != folder) {
            throw new IOException("a rename into another folder is not atomic after a power cut");
          }
          folder.change(new Change(name(from), name(to), file));
          return null;
        });
  }

  @Override
  public void truncate(Path path, long bytes) throws IOException {
    change(
        Operation.TRUNCATE,
        path,
        0,
        () -> {
          File file = file(path);
          if (bytes < 0 || bytes > file.seen.length) {
            throw new IOException(path + " cannot be cut to " + bytes + " bytes");
          }
          file.become(Arrays.copyOf(file.seen, (int) bytes));
          return null;
        });
    force(path, file(path));
  }

  private void force(Path path, File file) throws IOException {
    try {
      change(
          Operation.FORCE,
          path,
          0,
          () -> {
            file.force();
            return null;
          });
    } catch (Stopped stop) {
      throw stop;
    } catch (IOException refused) {
      synchronized (this) {
        file.drop();
      }
      throw refused;
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    change(
        Operation.DELETE,
        path,
        0,
        () -> {
          if (exists(path)) {
            parent(path).change(new Change(name(path), null, null));
          }
          return null;
        });
  }

  @Override
  public void forceDirectory(Path path) throws IOException {
    change(
        Operation.FORCE_DIRECTORY,
        path,
        0,
        () -> {
          Folder folder = folder(path, false);
          if (folder == null) {
            throw new NoSuchFileException(path.toString());
          }
          folder.force();
          return null;
        });
  }

  /** Locks are not what is tried here. */
  @Override
  public AutoCloseable lock(Path path) {
    return () -> {};
  }

  private static final class MemoryInput implements Input {
    private final byte[] content;
    private int at;

    MemoryInput(byte[] content) {
      this.content = content;
    }

    @Override
    public int read(ByteBuffer into) {
      int count = Math.min(into.remaining(), content.length - at);
      if (count == 0) {
        return at == content.length ? -1 : 0;
      }
      into.put(content, at, count);
      at += count;
      return count;
    }

    @Override
    public long size() {
      return content.length;
    }

    @Override
    public void close() {}
  }

  private final class MemoryOutput implements Output {
    private final Path path;
    private final File file;

    MemoryOutput(Path path, File file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      try {
        change(Operation.WRITE, path, bytes.remaining(), () -> append(bytes, bytes.remaining()));
      } catch (Full full) {
        synchronized (CrashStorage.this) {
          append(bytes, full.taken);
        }
        throw full;
      }
    }

    private Void append(ByteBuffer bytes, int count) {
      int before = file.seen.length;
      byte[] content = Arrays.copyOf(file.seen, before + count);
      bytes.get(content, before, count);
      file.become(content);
      return null;
    }

    @Override
    public void force() throws IOException {
      CrashStorage.this.force(path, file);
    }

    @Override
    public long size() {
      synchronized (CrashStorage.this) {
        return file.seen.length;
      }
    }

    @Override
    public void close() {}
  }
}
