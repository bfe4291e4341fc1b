package io.respite.examples.hibernate;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/** A country, kept in the second-level cache. */
@Entity
@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
class Country {
  @Id String code;
  String name;
  String capital;
  String continent;
}
