package io.attestedmesh.transport.identity;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What keeps credentials and lists up to date: the time, someone who comes back later, and where it is counted.
 *
 * @param scheduler runs short tasks that may read files or ask the attester; not shut down by those who use it
 */
public record Upkeep(Clock clock, ScheduledExecutorService scheduler, MeterRegistry meters) {}
