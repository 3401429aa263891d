package io.attestedmesh.releases.source;

import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/**
 * Who does a feed's work. Neither executor is shut down by the feed.
 *
 * @param timer only says when; nothing blocks it, so it may be shared
 * @param fetcher fetches and verifies, one task at a time for each feed. A fetch may hang as long as its timeout: with
 *     daemon threads it holds up neither {@link ReleaseFeed#close} nor the end of the process.
 * @param random for jitter; it keeps no secret
 */
public record Workers(ScheduledExecutorService timer, Executor fetcher, Clock clock, RandomGenerator random) {}
