package io.respite.jcache.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * An object of a configuration file, with the path that leads to it. Every field is asked for by
 * name and form; {@link #end} refuses the fields nobody asked for. Absent fields are null.
 */
final class Section {
  private static final int MAX_SHOWN = 200;

  private final String file;
  private final String path;
  private final JsonNode node;
  private final TreeSet<String> known = new TreeSet<>();

  Section(String file, String path, JsonNode node) {
    this.file = file;
    this.path = path;
    this.node = node;
    if (!node.isObject()) {
      throw refused(path.isEmpty() ? "the file" : path, node, "an object {...}");
    }
  }

  private JsonNode field(String name) {
    known.add(name);
    return node.get(name);
  }

  private String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  String text(String name) {
    JsonNode value = field(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw refused(pathOf(name), value, "a text in quotes");
    }
    return value.textValue();
  }

  Boolean bool(String name) {
    JsonNode value = field(name);
    if (value == null) {
      return null;
    }
    if (!value.isBoolean()) {
      throw refused(pathOf(name), value, "true or false");
    }
    return value.booleanValue();
  }

  Long count(String name, long min, long max) {
    JsonNode value = field(name);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < min
        || value.longValue() > max) {
      throw refused(pathOf(name), value, "a whole number from " + min + " to " + max);
    }
    return value.longValue();
  }

  List<String> texts(String name) {
    JsonNode value = field(name);
    if (value == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    if (value.isArray()) {
      for (JsonNode element : value) {
        if (!element.isTextual()) {
          throw refused(pathOf(name) + "[" + texts.size() + "]", element, "a text in quotes");
        }
        texts.add(element.textValue());
      }
      return texts;
    }
    throw refused(pathOf(name), value, "a list [...] of texts");
  }

  /**
   * Reads a field that has a form of its own; the parser throws IllegalArgumentException with what
   * is allowed.
   */
  <T> T parsed(String name, BiFunction<JsonNode, String, T> parser) {
    JsonNode value = field(name);
    if (value == null) {
      return null;
    }
    try {
      return parser.apply(value, pathOf(name));
    } catch (ConfigurationException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw refused(pathOf(name), value, e);
    }
  }

  /** An object within this one, or null. */
  Section section(String name) {
    JsonNode value = field(name);
    return value == null ? null : new Section(file, pathOf(name), value);
  }

  /** The objects of a list within this one. */
  List<Section> sections(String name) {
    JsonNode value = field(name);
    List<Section> sections = new ArrayList<>();
    if (value == null) {
      return sections;
    }
    if (!value.isArray()) {
      throw refused(pathOf(name), value, "a list [...] of objects");
    }
    for (JsonNode element : value) {
      sections.add(new Section(file, pathOf(name) + "[" + sections.size() + "]", element));
    }
    return sections;
  }

  /** The fields of this object, each of which is an object with a name of the writer's choice. */
  List<Map.Entry<String, Section>> named() {
    List<Map.Entry<String, Section>> sections = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      known.add(field.getKey());
      sections.add(
          Map.entry(field.getKey(), new Section(file, pathOf(field.getKey()), field.getValue())));
    }
    return sections;
  }

  /** Refuses the fields that nobody has asked for. */
  void end() {
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw new ConfigurationException(
                    "%s: %s is %s, and there is no such field; the fields are %s"
                        .formatted(
                            file, pathOf(name), shown(node.get(name)), String.join(", ", known)));
              }
            });
  }

  ConfigurationException refused(String where, JsonNode value, String allowed) {
    return new ConfigurationException(
        "%s: %s is %s; allowed is %s".formatted(file, where, shown(value), allowed));
  }

  private ConfigurationException refused(
      String where, JsonNode value, IllegalArgumentException why) {
    return new ConfigurationException(
        "%s: %s is %s: %s".formatted(file, where, shown(value), why.getMessage()), why);
  }

  /** Refuses a field of this object that is there, for a reason in words. */
  ConfigurationException refusedField(String name, IllegalArgumentException why) {
    return refused(pathOf(name), node.get(name), why);
  }

  /** Refuses a field of this object that is there. */
  ConfigurationException refusedField(String name, String allowed) {
    return refused(pathOf(name), node.get(name), allowed);
  }

  /** Refuses this object for what it lacks. */
  ConfigurationException missing(String name, String allowed) {
    return new ConfigurationException(
        "%s: %s is missing; allowed is %s".formatted(file, pathOf(name), allowed));
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
  }
}
