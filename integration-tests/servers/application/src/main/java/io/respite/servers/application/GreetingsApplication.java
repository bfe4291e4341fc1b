package io.respite.servers.application;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Makes {@link GreetingsResource} be found at the root of the application. */
@ApplicationPath("/")
public class GreetingsApplication extends Application {}
