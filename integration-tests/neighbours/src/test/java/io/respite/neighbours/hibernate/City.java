package io.respite.neighbours.hibernate;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/** Changes rarely: strategy nonstrict-read-write. */
@Entity
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.NONSTRICT_READ_WRITE)
public class City {
  @Id private Long id;
  private String name;

  @ManyToOne(fetch = FetchType.LAZY)
  private Country country;

  protected City() {}

  City(long id, String name, Country country) {
    this.id = id;
    this.name = name;
    this.country = country;
  }

  Long id() {
    return id;
  }

  Country country() {
    return country;
  }

  String name() {
    return name;
  }

  void rename(String newName) {
    name = newName;
  }
}
