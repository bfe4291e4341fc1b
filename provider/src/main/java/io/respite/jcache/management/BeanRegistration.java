package io.respite.jcache.management;

import java.lang.management.ManagementFactory;
import java.util.regex.Pattern;
import javax.cache.CacheException;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One MXBean of one cache at the platform's MBean server, under the name that the specification
 * gives (JSR-107 1.1.1, chapter 12): {@code
 * javax.cache:type=CacheStatistics,CacheManager=...,Cache=...}.
 *
 * <p>Two managers with one URI and different class loaders would claim the same names. The second
 * one's beans carry one more property, {@code ClassLoader}, so that both are seen.
 */
public final class BeanRegistration {
  private static final Logger LOG = LoggerFactory.getLogger(BeanRegistration.class);

  /**
   * The first four are the specification's; the others would make a pattern or a quotation of the
   * name.
   */
  private static final Pattern UNSAFE = Pattern.compile("[:=\n,\"*?]");

  private final Object bean;
  private final String name;
  private final ClassLoader loader;
  private ObjectName registered;

  /**
   * A bean that is not yet registered.
   *
   * @param type {@code CacheStatistics} or {@code CacheConfiguration}
   */
  public BeanRegistration(
      Object bean, String type, String manager, String cache, ClassLoader loader) {
    this.bean = bean;
    this.name =
        "javax.cache:type=%s,CacheManager=%s,Cache=%s".formatted(type, safe(manager), safe(cache));
    this.loader = loader;
  }

  private static String safe(String text) {
    return UNSAFE.matcher(text).replaceAll(".");
  }

  /** Registers or unregisters the bean, unless that is done already. */
  public synchronized void set(boolean wanted) {
    if (wanted && registered == null) {
      register();
    } else if (!wanted && registered != null) {
      unregister();
    }
  }

  private void register() {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      try {
        registered = server.registerMBean(bean, new ObjectName(name)).getObjectName();
      } catch (InstanceAlreadyExistsException e) {
        String distinct =
            name + ",ClassLoader=" + Integer.toHexString(System.identityHashCode(loader));
        LOG.info(
            "The MBean name {} is taken, by another cache manager it seems; using {}",
            name,
            distinct);
        registered = server.registerMBean(bean, new ObjectName(distinct)).getObjectName();
      }
    } catch (JMException e) {
      throw new CacheException("The MBean " + name + " cannot be registered", e);
    }
  }

  private void unregister() {
    try {
      ManagementFactory.getPlatformMBeanServer().unregisterMBean(registered);
    } catch (InstanceNotFoundException e) {
      LOG.debug("Somebody else has unregistered {}", registered, e);
    } catch (JMException e) {
      throw new CacheException("The MBean " + registered + " cannot be unregistered", e);
    }
    registered = null;
  }
}
