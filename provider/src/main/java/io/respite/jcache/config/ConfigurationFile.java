package io.respite.jcache.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A configuration file: where the datastore is, which caches there are from the beginning, and what
 * caches are like whose names match a pattern. {@code docs/configuration.md} describes the format
 * for users; {@link DeclarationReader} reads one cache.
 *
 * @param store where the datastore is
 * @param caches the caches that the manager makes when it opens, by name
 * @param templates what other caches are like; the first whose pattern matches counts
 * @param others what is said of all caches, for those that neither names
 */
public record ConfigurationFile(
    URI store,
    Map<String, CacheDeclaration> caches,
    List<Template> templates,
    CacheDeclaration others) {
  private static final int MAX_BYTES = 1 << 20;

  /**
   * Made when the first file is read: managers without one need not load the library, which takes a
   * fresh JVM longer than anything else of ours.
   */
  private static final class Json {
    static final JsonMapper MAPPER =
        JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
  }

  /**
   * What caches are like whose names match.
   *
   * @param names a pattern in which {@code *} stands for any text
   */
  public record Template(String names, CacheDeclaration declaration) {
    boolean matches(String cache) {
      return ConfigurationFile.matches(names, cache);
    }
  }

  /** Whether a name matches a pattern in which {@code *} stands for any text. */
  static boolean matches(String pattern, String cache) {
    String regex = Pattern.quote(pattern).replace("*", "\\E.*\\Q");
    return Pattern.compile(regex, Pattern.DOTALL).matcher(cache).matches();
  }

  /** Whether a URI has the scheme of a configuration file. */
  public static boolean isFile(URI uri) {
    return uri.getScheme() != null && UriForm.isFile(uri.getScheme());
  }

  /** What the file says of a cache. */
  public CacheDeclaration of(String cache) {
    CacheDeclaration declared = caches.get(cache);
    if (declared != null) {
      return declared;
    }
    for (Template template : templates) {
      if (template.matches(cache)) {
        return template.declaration;
      }
    }
    return others;
  }

  /**
   * Reads a file.
   *
   * @param loader resolves {@code classpath:} and the classes that the file names
   * @throws ConfigurationException when it cannot be read or used, in words that say where and why
   */
  public static ConfigurationFile read(URI uri, ClassLoader loader) {
    return read(new Section(uri.toString(), "", tree(uri, loader)), loader);
  }

  /**
   * What a URI and properties say together: the file, if the URI is one's, with the fields of
   * caches that {@code respite.caches.NAME.FIELD} gives; {@link CacheProperties} has the forms.
   * Without a file the store is the URI.
   *
   * @param properties of whatever names; the others are left out
   * @return null when there is neither a file nor such a property
   * @throws ConfigurationException when something cannot be read or used, in words that say where
   *     and why
   */
  public static ConfigurationFile of(URI uri, ClassLoader loader, Map<String, String> properties) {
    var overrides = new CacheProperties(properties);
    if (overrides.isEmpty()) {
      return isFile(uri) ? read(uri, loader) : null;
    }
    JsonNode tree = isFile(uri) ? tree(uri, loader) : Json.MAPPER.createObjectNode();
    if (tree instanceof ObjectNode root) {
      overrides.putInto(root, DeclarationReader.fields());
    }
    ConfigurationFile file = read(new Section(UriParts.shown(uri), "", tree), loader);
    return isFile(uri)
        ? file
        : new ConfigurationFile(uri, file.caches, file.templates, file.others);
  }

  /** Whether a property, or an environment variable, is one of those that {@link #of} reads. */
  public static boolean isCacheProperty(String name) {
    return name.startsWith(CacheProperties.PREFIX)
        || name.startsWith(CacheProperties.VARIABLE_PREFIX);
  }

  private static JsonNode tree(URI uri, ClassLoader loader) {
    String name = uri.toString();
    try (InputStream in = locate(uri, loader).openStream()) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new ConfigurationException(
            "%s: the file is longer than %d bytes".formatted(name, MAX_BYTES));
      }
      return Json.MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new ConfigurationException(
          "%s: line %d, column %d: %s"
              .formatted(
                  name,
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new ConfigurationException("%s: the file cannot be read: %s".formatted(name, e), e);
    }
  }

  private static URL locate(URI uri, ClassLoader loader) {
    if (!uri.getScheme().equals("classpath")) {
      try {
        return uri.toURL();
      } catch (MalformedURLException e) {
        throw new ConfigurationException(
            "%s is not the address of a file: %s".formatted(uri, e.getMessage()), e);
      }
    }
    String path = uri.getSchemeSpecificPart().replaceFirst("^/+", "");
    URL resource = loader.getResource(path);
    if (resource == null) {
      throw new ConfigurationException(
          "%s: the class path of %s has no resource '%s'".formatted(uri, loader, path));
    }
    return resource;
  }

  static ConfigurationFile read(Section root, ClassLoader loader) {
    URI store =
        root.parsed(
            Field.STORE,
            "URI",
            (value, path) -> {
              URI uri = storeUri(Placeholders.fill(value.asText()));
              StoreUri.parse(uri);
              return uri;
            });
    var reader = new DeclarationReader(loader, root);
    Map<String, CacheDeclaration> caches = new LinkedHashMap<>();
    Section declared = root.section(Field.CACHES);
    if (declared != null) {
      for (Map.Entry<String, Section> cache : declared.named()) {
        caches.put(cache.getKey(), reader.read(cache.getValue()));
      }
    }
    List<Template> templates =
        root.sections(Field.TEMPLATES).stream().map(section -> template(section, reader)).toList();
    CacheDeclaration others = reader.ofOthers();
    root.end();
    return new ConfigurationFile(
        store == null ? StoreUri.DEFAULT : store, caches, templates, others);
  }

  private static URI storeUri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      // Not as the cause: its message shows all of the text, in which may be a password.
      throw new IllegalArgumentException(
          "it is not a URI, at character %d: %s".formatted(e.getIndex(), e.getReason()));
    }
  }

  private static Template template(Section section, DeclarationReader reader) {
    String names = section.text(Field.NAMES);
    if (names == null || names.isEmpty()) {
      throw section.missing(
          Field.NAMES, "a pattern of cache names, in which * stands for any text");
    }
    return new Template(names, reader.read(section));
  }
}
