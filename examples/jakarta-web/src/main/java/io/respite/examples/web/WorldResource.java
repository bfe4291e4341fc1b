package io.respite.examples.web;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** What the page asks for. */
@Path("")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class WorldResource {
  @Inject private Database database;
  @Inject private Journeys journeys;
  @Inject private DatabaseAsked asked;
  @Inject private Figures figures;

  /**
   * A journey, and how it was found.
   *
   * @param millis how long it took, in milliseconds
   * @param hit whether the cache had it
   */
  public record Answer(Journey journey, double millis, boolean hit) {}

  /** All capitals. */
  @GET
  @Path("capitals")
  public List<Capital> capitals() {
    return database.capitals();
  }

  /** The shortest round trip from the capital of a country. */
  @GET
  @Path("journeys/{code:[A-Z][A-Z]}")
  public Answer journey(@PathParam("code") String code) {
    long began = System.nanoTime();
    Journey journey;
    try {
      journey = journeys.shortestFrom(code);
    } catch (IllegalArgumentException e) {
      throw new NotFoundException(e.getMessage(), e);
    }
    double millis = (System.nanoTime() - began) / 1e6;
    boolean hit = !asked.hasHappened();
    figures.answered(journey, millis, hit);
    return new Answer(journey, millis, hit);
  }

  /** Empties the cache. */
  @DELETE
  @Path("journeys")
  public void forget() {
    journeys.forget();
  }

  /** What the cache has been good for. */
  @GET
  @Path("figures")
  public Figures.Snapshot figures() {
    return figures.now();
  }
}
