package io.respite.jcache.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A configuration file: where the datastore is, which caches there are from the beginning, and what
 * caches are like whose names match a pattern. {@code docs/configuration.md} describes the format
 * for users; {@link DeclarationReader} reads one cache.
 *
 * @param store where the datastore is
 * @param caches the caches that the manager makes when it opens, by name
 * @param templates what other caches are like; the first whose pattern matches counts
 */
public record ConfigurationFile(
    URI store, Map<String, CacheDeclaration> caches, List<Template> templates) {
  private static final int MAX_BYTES = 1 << 20;
  private static final Set<String> SCHEMES = Set.of("file", "jar", "classpath");
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * What caches are like whose names match.
   *
   * @param names a pattern in which {@code *} stands for any text
   */
  public record Template(String names, CacheDeclaration declaration) {
    boolean matches(String cache) {
      String regex = Pattern.quote(names).replace("*", "\\E.*\\Q");
      return Pattern.compile(regex, Pattern.DOTALL).matcher(cache).matches();
    }
  }

  /** Whether a URI has the scheme of a configuration file. */
  public static boolean isFile(URI uri) {
    return uri.getScheme() != null && SCHEMES.contains(uri.getScheme());
  }

  /** What the file says of a cache, or null. */
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
    return null;
  }

  /**
   * Reads a file.
   *
   * @param loader resolves {@code classpath:} and the classes that the file names
   * @throws ConfigurationException when it cannot be read or used, in words that say where and why
   */
  public static ConfigurationFile read(URI uri, ClassLoader loader) {
    String name = uri.toString();
    JsonNode root;
    try (InputStream in = locate(uri, loader).openStream()) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new ConfigurationException(
            "%s: the file is longer than %d bytes".formatted(name, MAX_BYTES));
      }
      root = MAPPER.readTree(bytes);
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
    return read(new Section(name, "", root), loader);
  }

  private static URL locate(URI uri, ClassLoader loader) {
    if (!uri.getScheme().equals("classpath")) {
      try {
        return uri.toURL();
      } catch (MalformedURLException e) {
        throw new ConfigurationException("%s is not the address of a file".formatted(uri), e);
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

  private static ConfigurationFile read(Section root, ClassLoader loader) {
    URI store =
        root.parsed(
            "store",
            (value, path) -> {
              URI uri = URI.create(value.asText());
              StoreUri.parse(uri);
              return uri;
            });
    var reader = new DeclarationReader(loader, root);
    Map<String, CacheDeclaration> caches = new LinkedHashMap<>();
    Section declared = root.section("caches");
    if (declared != null) {
      for (Map.Entry<String, Section> cache : declared.named()) {
        caches.put(cache.getKey(), reader.read(cache.getValue()));
      }
    }
    List<Template> templates =
        root.sections("templates").stream().map(section -> template(section, reader)).toList();
    root.end();
    return new ConfigurationFile(store == null ? StoreUri.DEFAULT : store, caches, templates);
  }

  private static Template template(Section section, DeclarationReader reader) {
    String names = section.text("names");
    if (names == null || names.isEmpty()) {
      throw section.missing("names", "a pattern of cache names, in which * stands for any text");
    }
    return new Template(names, reader.read(section));
  }
}
