package io.respite.jcache.annotation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CachesByNameTest {
  record Id(long number) implements Serializable {}

  record Order(Id id) implements Serializable {}

  interface Methods {
    Order order();

    Map<Id, List<Order>> orders();

    Optional<? extends Order> perhaps();

    List<Order>[] pages();
  }

  private static Iterable<Class<?>> of(String method) throws NoSuchMethodException {
    return CachesByName.classesOf(Methods.class.getDeclaredMethod(method).getGenericReturnType());
  }

  @Nested
  class The_classes_that_a_method_returns {
    @Test
    void are_its_type() throws NoSuchMethodException {
      assertThat(of("order")).containsExactly(Order.class);
    }

    @Test
    void and_the_types_its_type_is_made_of() throws NoSuchMethodException {
      assertThat(of("orders"))
          .containsExactlyInAnyOrder(Map.class, Id.class, List.class, Order.class);
      assertThat(of("pages")).containsExactlyInAnyOrder(List.class, Order.class);
    }

    @Test
    void but_not_those_of_a_wildcard_which_names_none() throws NoSuchMethodException {
      assertThat(of("perhaps")).containsExactly(Optional.class);
    }
  }
}
