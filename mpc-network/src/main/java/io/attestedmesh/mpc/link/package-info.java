/**
 * The way out to one party: queues with limits, turns between sessions, many messages under way, and attempts until it is
 * reached or given up. How bytes get there is a {@link io.attestedmesh.mpc.link.Carrier}'s business.
 *
 * <pre>{@code
 * PeerLink link = new PeerLink(identity, LinkLimits.DEFAULT, timing, meters, ExchangeCall.over(reach, ...), random);
 * Outlet outlet = link.open(sessionId, party, end, listener);
 * outlet.send(round, bytes, latest).thenAccept(delivery -> ...);
 * outlet.close(true, why);
 * }</pre>
 */
package io.attestedmesh.mpc.link;
