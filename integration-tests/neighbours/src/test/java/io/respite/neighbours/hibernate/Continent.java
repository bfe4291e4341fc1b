package io.respite.neighbours.hibernate;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.Immutable;

/** Never changes: strategy read-only. */
@Entity
@Cacheable
@Immutable
@Cache(usage = CacheConcurrencyStrategy.READ_ONLY)
public class Continent {
  @Id private String code;
  private String name;

  protected Continent() {}

  Continent(String code, String name) {
    this.code = code;
    this.name = name;
  }

  String name() {
    return name;
  }

  String code() {
    return code;
  }
}
