package io.respite.cdi;

import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.annotation.BeanProvider;
import manager.CacheNameOnEachMethodBlogManagerImpl;
import manager.ClassLevelCacheConfigBlogManagerImpl;
import manager.UsingDefaultCacheNameBlogManagerImpl;

/** Gives the TCK its beans, from a real container. */
public final class TckBeans implements BeanProvider {
  private static final AtomicInteger ASKED = new AtomicInteger();
  private static final Container CONTAINER =
      Container.start(
          UsingDefaultCacheNameBlogManagerImpl.class,
          ClassLevelCacheConfigBlogManagerImpl.class,
          CacheNameOnEachMethodBlogManagerImpl.class);

  @Override
  public <T> T getBeanByType(Class<T> beanType) {
    ASKED.incrementAndGet();
    return CONTAINER.bean(beanType);
  }

  static int asked() {
    return ASKED.get();
  }

  /** Whether the tests have left caches behind, which only interceptors make. */
  static boolean intercepted() {
    return CONTAINER.manager().getCacheNames().iterator().hasNext();
  }

  static void close() {
    CONTAINER.close();
  }
}
