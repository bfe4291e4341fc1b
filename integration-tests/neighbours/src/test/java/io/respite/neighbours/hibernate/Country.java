package io.respite.neighbours.hibernate;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;

/** Strategy read-write, with a natural id, a version and a collection that are cached, too. */
@Entity
@Cacheable
@NaturalIdCache
@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
public class Country {
  @Id private Long id;
  @Version private int version;
  @NaturalId private String code;
  private String name;
  private BigDecimal area;
  private LocalDate founded;

  @ManyToOne(fetch = FetchType.LAZY)
  private Continent continent;

  @OneToMany(mappedBy = "country")
  @OrderBy("name")
  @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
  private List<City> cities = new ArrayList<>();

  protected Country() {}

  Country(
      long id, String code, String name, BigDecimal area, LocalDate founded, Continent continent) {
    this.id = id;
    this.code = code;
    this.name = name;
    this.area = area;
    this.founded = founded;
    this.continent = continent;
  }

  Long id() {
    return id;
  }

  int version() {
    return version;
  }

  String code() {
    return code;
  }

  String name() {
    return name;
  }

  BigDecimal area() {
    return area;
  }

  LocalDate founded() {
    return founded;
  }

  Continent continent() {
    return continent;
  }

  List<City> cities() {
    return cities;
  }

  void rename(String newName) {
    name = newName;
  }
}
