package io.respite.server.script;

import io.respite.server.command.CommandError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The libraries of functions. A function's name is unique among all libraries, and is found in
 * either case.
 */
final class Libraries {
  /** What happens to libraries that are there when others are restored. */
  enum Policy {
    /** They go. */
    FLUSH,
    /** They stay, and must not have the names of the new ones. */
    APPEND,
    /** Those go that have the names of new ones. */
    REPLACE
  }

  private final Supplier<LibraryLoader> loader;
  private Map<String, Library> byName = new LinkedHashMap<>();
  private Map<String, Library.Function> functions = new HashMap<>();

  Libraries(Supplier<LibraryLoader> loader) {
    this.loader = loader;
  }

  Collection<Library> all() {
    return byName.values();
  }

  int functionCount() {
    return functions.size();
  }

  /** The function with a name, or null. */
  Library.Function function(String name) {
    Library.Function found = functions.get(name);
    return found != null ? found : functions.get(name.toLowerCase(Locale.ROOT));
  }

  /**
   * Loads a library.
   *
   * @param replace whether it may take the place of one of its name
   * @return its name
   * @throws CommandError when it cannot be loaded; nothing has changed then
   */
  String load(byte[] code, boolean replace) {
    LibraryHeader header = LibraryHeader.read(code);
    if (!replace && byName.containsKey(header.name())) {
      throw new CommandError("ERR Library '" + header.name() + "' already exists");
    }
    Library library = loader.get().load(header, code);
    Map<String, Library> next = new LinkedHashMap<>(byName);
    next.remove(library.name());
    next.put(library.name(), library);
    become(next);
    return library.name();
  }

  /** Loads several libraries, all of them or none. */
  void restore(List<byte[]> codes, Policy policy) {
    Map<String, Library> next =
        policy == Policy.FLUSH ? new LinkedHashMap<>() : new LinkedHashMap<>(byName);
    Map<String, Library> added = new LinkedHashMap<>();
    for (byte[] code : codes) {
      LibraryHeader header = LibraryHeader.read(code);
      if (added.containsKey(header.name())) {
        throw new CommandError("ERR Library '" + header.name() + "' already exists");
      }
      if (policy == Policy.APPEND && byName.containsKey(header.name())) {
        throw new CommandError("ERR Library " + header.name() + " already exists");
      }
      added.put(header.name(), loader.get().load(header, code));
    }
    next.keySet().removeAll(added.keySet());
    next.putAll(added);
    become(next);
  }

  /** Removes a library; whether there was one. */
  boolean delete(String name) {
    if (!byName.containsKey(name)) {
      return false;
    }
    Map<String, Library> next = new LinkedHashMap<>(byName);
    next.remove(name);
    become(next);
    return true;
  }

  /** Removes all. */
  void flush() {
    become(new LinkedHashMap<>());
  }

  private void become(Map<String, Library> next) {
    Map<String, Library.Function> index = new HashMap<>();
    for (Library library : next.values()) {
      library
          .functions()
          .forEach(
              (name, function) -> {
                if (index.put(name, function) != null) {
                  throw new CommandError(
                      "ERR Function " + function.program().name() + " already exists");
                }
              });
    }
    byName = next;
    functions = index;
  }

  /** The Lua functions of all libraries: they hold the libraries' variables. */
  Collection<Object> luaFunctions() {
    List<Object> all = new ArrayList<>();
    functions.values().forEach(function -> all.add(function.program().function()));
    return all;
  }

  /** The codes of all libraries. */
  List<byte[]> codes() {
    List<byte[]> codes = new ArrayList<>();
    byName.values().forEach(library -> codes.add(library.code()));
    return codes;
  }
}
