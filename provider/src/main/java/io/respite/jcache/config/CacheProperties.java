package io.respite.jcache.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Properties that say the same of caches as a configuration file, and are put into the file's tree,
 * so that one reader knows what the fields mean.
 *
 * <pre>
 *   respite.caches.customers.maxEntries=1000            field of cache "customers"
 *   respite.caches.customers.expiry.created=30m         an object's only field
 *   respite.caches."com.acme.Orders".statistics=true    a name with dots stands in quotes
 *   RESPITE_CACHES_CUSTOMERS_EXPIRY_CREATED=30m         the same as an environment variable
 * </pre>
 *
 * <p>A variable's name has lost its case: it means the cache declared elsewhere whose name looks so
 * in capitals, else the one in small letters. A cache that the file does not declare begins as its
 * template says.
 */
final class CacheProperties {
  static final String PREFIX = Property.CACHES.key();
  static final String VARIABLE_PREFIX = Property.CACHES.variable();

  /** The fields of which one value replaces the whole, and not a part. */
  private static final String EXPIRY = "expiry";

  private final SortedMap<String, String> properties = new TreeMap<>();
  private final SortedMap<String, String> variables = new TreeMap<>();

  /** One setting: where it goes, and whence it comes. */
  private record Setting(String cache, List<String> path, PropertyText value) {}

  /**
   * @param all properties of whatever kind; those of other names are left out
   */
  CacheProperties(Map<String, String> all) {
    all.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX)) {
            properties.put(name, value);
          } else if (name.startsWith(VARIABLE_PREFIX)) {
            variables.put(name, value);
          }
        });
  }

  boolean isEmpty() {
    return properties.isEmpty() && variables.isEmpty();
  }

  /**
   * Puts the properties into the tree of a file.
   *
   * @param fields the names of all fields
   * @throws ConfigurationException when a name cannot be taken apart
   */
  void putInto(ObjectNode root, Iterable<String> fields) {
    List<Setting> settings = new ArrayList<>();
    properties.forEach((name, value) -> settings.add(setting(name, value)));
    JsonNode declared = root.path("caches");
    List<String> names = new ArrayList<>();
    declared.fieldNames().forEachRemaining(names::add);
    settings.forEach(setting -> names.add(setting.cache));
    List<Setting> fromVariables = new ArrayList<>();
    variables.forEach((name, value) -> fromVariables.add(variable(name, value, names, fields)));
    fromVariables.forEach(setting -> put(root, setting));
    settings.forEach(setting -> put(root, setting));
  }

  private static void put(ObjectNode root, Setting setting) {
    ObjectNode cache = object(object(root, "caches"), setting.cache, template(root, setting.cache));
    String field = setting.path.get(0);
    if (setting.path.size() == 1) {
      cache.set(field, setting.value);
      return;
    }
    if (field.equals(EXPIRY) && PropertyText.in(cache.path(field)) == null) {
      cache.remove(field);
    }
    object(cache, field).set(setting.path.get(1), setting.value);
  }

  private static ObjectNode object(ObjectNode parent, String name) {
    return object(parent, name, JsonNodeFactory.instance.objectNode());
  }

  /** The object of a name; a field that is something else gives way. */
  private static ObjectNode object(ObjectNode parent, String name, ObjectNode otherwise) {
    if (parent.get(name) instanceof ObjectNode object) {
      return object;
    }
    parent.set(name, otherwise);
    return otherwise;
  }

  private static ObjectNode template(ObjectNode root, String cache) {
    for (JsonNode template : root.path("templates")) {
      JsonNode names = template.path("names");
      if (template instanceof ObjectNode object
          && names.isTextual()
          && ConfigurationFile.matches(names.textValue(), cache)) {
        ObjectNode copy = object.deepCopy();
        copy.remove("names");
        return copy;
      }
    }
    return JsonNodeFactory.instance.objectNode();
  }

  private static Setting setting(String name, String value) {
    String rest = name.substring(PREFIX.length());
    int end;
    String cache;
    if (rest.startsWith("\"")) {
      int quote = rest.indexOf('"', 1);
      cache = quote < 0 ? "" : rest.substring(1, quote);
      end = quote + 1;
    } else {
      end = rest.indexOf('.');
      cache = end < 0 ? "" : rest.substring(0, end);
    }
    if (cache.isEmpty() || end >= rest.length() - 1 || rest.charAt(end) != '.') {
      throw refused(name);
    }
    List<String> path = List.of(rest.substring(end + 1).split("\\.", -1));
    if (path.size() > 2 || path.contains("")) {
      throw refused(name);
    }
    return new Setting(cache, path, new PropertyText("property " + name, value));
  }

  private static ConfigurationException refused(String name) {
    return new ConfigurationException(
        "property %s names no field of a cache; allowed is %sNAME.FIELD or %sNAME.FIELD.PART, with a NAME that has dots in quotes"
            .formatted(name, PREFIX, PREFIX));
  }

  private static Setting variable(
      String name, String value, List<String> caches, Iterable<String> fields) {
    String rest = name.substring(VARIABLE_PREFIX.length());
    String found = null;
    int at = -1;
    for (String field : fields) {
      String token = "_" + capitals(field);
      int index = rest.endsWith(token) ? rest.length() - token.length() : rest.indexOf(token + "_");
      if (index > at) {
        found = field;
        at = index;
      }
    }
    if (at <= 0) {
      throw new ConfigurationException(
          "environment variable %s names no field of a cache; allowed is %sNAME_FIELD, and the fields are %s"
              .formatted(name, VARIABLE_PREFIX, shown(fields)));
    }
    String capitals = rest.substring(0, at);
    String cache =
        caches.stream()
            .filter(declared -> capitals(declared).equals(capitals))
            .findFirst()
            .orElse(capitals.toLowerCase(Locale.ROOT));
    String part = rest.substring(at + 1 + found.length());
    List<String> path =
        part.isEmpty()
            ? List.of(found)
            : List.of(found, part.substring(1).toLowerCase(Locale.ROOT));
    return new Setting(cache, path, new PropertyText("environment variable " + name, value));
  }

  private static String shown(Iterable<String> fields) {
    List<String> all = new ArrayList<>();
    fields.forEach(all::add);
    return all.stream().map(CacheProperties::capitals).collect(Collectors.joining(", "));
  }

  private static String capitals(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }
}
