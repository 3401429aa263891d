/**
 * Where the published bundle of a release list comes from, and the loop that keeps it fresh. Nothing here is trusted:
 * what was fetched is bytes, and the {@link io.attestedmesh.releases.source.ReleaseFeed.Acceptor} verifies them.
 *
 * <pre>{@code
 * ReleaseSource source = SourceLocation.parse("https://releases.example/kms/bundle.json")
 *         .open(SourceSettings.upTo(Bundle.MAX_BYTES));
 * ReleaseFeed feed = ReleaseFeed.start(
 *         source,
 *         bundle -> releases.offer(bundle) == Outcome.UPDATED,
 *         Duration.ofSeconds(30),
 *         FeedEvents.NONE,
 *         new Workers(scheduler, daemonThread, Clock.systemUTC(), new SecureRandom()));
 * feed.onChange(node::recheckPeers);
 * }</pre>
 */
package io.attestedmesh.releases.source;
