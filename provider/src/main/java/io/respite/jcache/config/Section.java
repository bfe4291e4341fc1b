package io.respite.jcache.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private final List<Asked> asked = new ArrayList<>();
  private final List<Section> within = new ArrayList<>();

  /**
   * A field that has been asked for.
   *
   * @param where the path of its object; empty for the file's own
   * @param kind what values it takes, in words
   */
  record Asked(String where, Field field, String kind) {}

  Section(String file, String path, JsonNode node) {
    this.file = file;
    this.path = path;
    this.node = node;
    if (!node.isObject()) {
      throw refused(path.isEmpty() ? "the file" : path, node, "an object {...}");
    }
  }

  private JsonNode value(Field field, String kind) {
    known.add(field.key());
    asked.add(new Asked(path, field, kind));
    return node.get(field.key());
  }

  /** The fields that have been asked for, of this object and of those within it. */
  List<Asked> asked() {
    List<Asked> all = new ArrayList<>(asked);
    within.forEach(section -> all.addAll(section.asked()));
    return all;
  }

  private Section kept(Section section) {
    within.add(section);
    return section;
  }

  private String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private String pathOf(Field field) {
    return pathOf(field.key());
  }

  String text(Field field) {
    JsonNode value = value(field, "text");
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw refused(pathOf(field), value, "a text in quotes");
    }
    return value.textValue();
  }

  Boolean bool(Field field) {
    JsonNode value = value(field, "`true`, `false`");
    if (value == null) {
      return null;
    }
    if (value instanceof PropertyText && value.textValue().matches("true|false")) {
      return Boolean.valueOf(value.textValue());
    }
    if (!value.isBoolean()) {
      throw refused(pathOf(field), value, "true or false");
    }
    return value.booleanValue();
  }

  Long count(Field field, long min, long max) {
    JsonNode value =
        value(field, "number, " + min + (max == Long.MAX_VALUE ? " and more" : " to " + max));
    if (value == null) {
      return null;
    }
    if (value instanceof PropertyText && value.textValue().matches("\\d{1,18}")) {
      long number = Long.parseLong(value.textValue());
      if (number >= min && number <= max) {
        return number;
      }
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < min
        || value.longValue() > max) {
      throw refused(pathOf(field), value, "a whole number from " + min + " to " + max);
    }
    return value.longValue();
  }

  List<String> texts(Field field) {
    JsonNode value = value(field, "list of texts");
    if (value == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    if (value instanceof PropertyText) {
      for (String text : value.textValue().split(",", -1)) {
        texts.add(text.strip());
      }
      return texts;
    }
    if (value.isArray()) {
      for (JsonNode element : value) {
        if (!element.isTextual()) {
          throw refused(pathOf(field) + "[" + texts.size() + "]", element, "a text in quotes");
        }
        texts.add(element.textValue());
      }
      return texts;
    }
    throw refused(pathOf(field), value, "a list [...] of texts");
  }

  /**
   * Reads a field that has a form of its own; the parser throws IllegalArgumentException with what
   * is allowed.
   *
   * @param kind what it takes, in words for the reference
   */
  <T> T parsed(Field field, String kind, BiFunction<JsonNode, String, T> parser) {
    JsonNode value = value(field, kind);
    if (value == null) {
      return null;
    }
    try {
      return parser.apply(value, pathOf(field));
    } catch (ConfigurationException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw refused(pathOf(field), value, e);
    }
  }

  /** An object within this one, or null. */
  Section section(Field field) {
    JsonNode value = value(field, "object");
    return value == null ? null : kept(new Section(file, pathOf(field), value));
  }

  /** The objects of a list within this one. */
  List<Section> sections(Field field) {
    JsonNode value = value(field, "list of objects");
    List<Section> sections = new ArrayList<>();
    if (value == null) {
      return sections;
    }
    if (!value.isArray()) {
      throw refused(pathOf(field), value, "a list [...] of objects");
    }
    for (JsonNode element : value) {
      sections.add(kept(new Section(file, pathOf(field) + "[" + sections.size() + "]", element)));
    }
    return sections;
  }

  /** The fields of this object, each of which is an object with a name of the writer's choice. */
  List<Map.Entry<String, Section>> named() {
    List<Map.Entry<String, Section>> sections = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      known.add(field.getKey());
      sections.add(
          Map.entry(
              field.getKey(), kept(new Section(file, pathOf(field.getKey()), field.getValue()))));
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
                    "%s, and there is no such field; the fields are %s"
                        .formatted(
                            subject(pathOf(name), node.get(name)), String.join(", ", known)));
              }
            });
  }

  /** The names of the fields that have been asked for. */
  Set<String> known() {
    return known;
  }

  /** Says what has which value: a path in the file, or the property that gave it. */
  private String subject(String where, JsonNode value) {
    PropertyText property = PropertyText.in(value);
    return property == null
        ? "%s: %s is %s".formatted(file, where, shown(value))
        : "%s is %s".formatted(property.source(), shown(property));
  }

  ConfigurationException refused(String where, JsonNode value, String allowed) {
    return new ConfigurationException(
        "%s; allowed is %s".formatted(subject(where, value), allowed));
  }

  private ConfigurationException refused(
      String where, JsonNode value, IllegalArgumentException why) {
    return new ConfigurationException(
        "%s: %s".formatted(subject(where, value), why.getMessage()), why);
  }

  /** Refuses a field of this object that is there, for a reason in words. */
  ConfigurationException refusedField(Field field, IllegalArgumentException why) {
    return refused(pathOf(field), node.get(field.key()), why);
  }

  /** Refuses a field of this object that is there. */
  ConfigurationException refusedField(Field field, String allowed) {
    return refused(pathOf(field), node.get(field.key()), allowed);
  }

  /** Refuses this object for what it lacks. */
  ConfigurationException missing(Field field, String allowed) {
    return new ConfigurationException(
        "%s: %s is missing; allowed is %s".formatted(file, pathOf(field), allowed));
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
  }
}
