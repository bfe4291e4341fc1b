package io.respite.benchmarks;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/** A small object as applications cache them. */
public final class Customer implements Serializable {
  private static final long serialVersionUID = 1;

  private long id;
  private String name;
  private String city;
  private int orders;
  private boolean active;
  private double balance;
  private List<String> tags;

  /** For codecs. */
  public Customer() {}

  /** A customer made up from a number. */
  public static Customer number(int i) {
    Customer customer = new Customer();
    customer.id = i;
    customer.name = "Customer number " + i;
    customer.city = "Springfield " + i % 100;
    customer.orders = i % 17;
    customer.active = i % 3 == 0;
    customer.balance = i * 1.25;
    customer.tags = new java.util.ArrayList<>(List.of("new", "mail", "tag" + i % 10));
    return customer;
  }

  /** The customer after one order more. */
  public Customer ordered() {
    Customer customer = new Customer();
    customer.id = id;
    customer.name = name;
    customer.city = city;
    customer.orders = orders + 1;
    customer.active = active;
    customer.balance = balance;
    customer.tags = tags;
    return customer;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Customer c
        && c.id == id
        && c.orders == orders
        && c.active == active
        && c.balance == balance
        && Objects.equals(c.name, name)
        && Objects.equals(c.city, city)
        && Objects.equals(c.tags, tags);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, name, orders);
  }
}
