package io.respite.server.config;

import java.nio.file.Path;
import java.util.List;

/** {@code dir}: an absolute folder; a relative one is taken from the folder so far. */
final class Folder extends Directive<Path> {
  Folder(String name) {
    super(name, Path.of(""));
  }

  @Override
  Path parse(List<String> words, Path before, boolean adding) throws BadValueException {
    requireOneWord(words);
    if (words.get(0).isEmpty() || words.get(0).indexOf('\0') >= 0) {
      throw new BadValueException("No such file or directory");
    }
    return resolve(before, words.get(0));
  }

  @Override
  public String allowed() {
    return "a folder that is there";
  }

  @Override
  public String show(Path folder) {
    return Words.fromUnicode(folder.toString());
  }

  @Override
  List<String> written(Path folder) {
    return List.of(Words.quote(show(folder)));
  }
}
