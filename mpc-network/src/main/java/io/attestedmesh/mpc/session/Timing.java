package io.attestedmesh.mpc.session;

import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The time, someone who comes back later, and threads that run what users hang on the stages that they are given.
 *
 * @param timer runs short tasks only
 */
public record Timing(Clock clock, ScheduledExecutorService timer, Executor users) {}
