package io.attestedmesh.cli.telemetry;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.attest.evidence.Printable;
import io.attestedmesh.attest.x509.ServerNames;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.mpc.session.Refusals.Refused;
import io.attestedmesh.transport.ConnectionLog.Rejection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A refusal of a peer, escaped and bounded: who was refused has chosen a part of its text.
 *
 * @param id of the connection, as both ends log it; {@code none} if the peer presented no certificate; {@code message}
 *     if a message was refused and not the connection
 * @param role the part that the peer played, {@code client} or {@code server}
 * @param remote its address and port; of a message, what the connection proved about its sender
 * @param claimedNames what its certificate claims, which proves nothing
 */
public record RecentRejection(
        Instant at,
        String reason,
        String expected,
        String actual,
        String id,
        String role,
        String remote,
        List<String> claimedNames) {
    private static final int LONGEST = 1000;

    public RecentRejection {
        claimedNames = List.copyOf(claimedNames);
    }

    static RecentRejection of(Rejection rejection, Instant at) {
        return new RecentRejection(
                at,
                rejection.reason().name(),
                bounded(rejection.expected()),
                bounded(rejection.actual()),
                rejection.connection(),
                rejection.peerRole().name().toLowerCase(Locale.ROOT),
                OneLine.of(rejection.remote()),
                rejection.claimedNames().stream().map(OneLine::of).toList());
    }

    /** Of a message of a party, over a connection that was accepted. */
    static RecentRejection of(Refused message) {
        String peer = OneLine.of(message.peer());
        return new RecentRejection(
                message.at().truncatedTo(ChronoUnit.MILLIS),
                message.reason().name(),
                bounded(message.expected()),
                bounded(message.actual()),
                "message",
                "client",
                peer,
                List.of(peer));
    }

    /** Cut before it is escaped, for that costs time, and again after it. */
    private static String bounded(String text) {
        String escaped = Printable.of(cut(text));
        boolean whole = text.length() <= LONGEST && escaped.length() <= LONGEST;
        return whole ? escaped : cut(escaped) + "...";
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST);
    }

    /** The remote address without its port. */
    String host() {
        int port = remote.lastIndexOf(':');
        return port < 0 ? remote : remote.substring(0, port);
    }

    /** Whether {@code peer} is its id, its remote address with or without the port, or a name that it claimed. */
    public boolean concerns(String peer) {
        return peer.equalsIgnoreCase(id)
                || peer.equals(remote)
                || isAt(peer)
                || claimedNames.stream().anyMatch(peer::equalsIgnoreCase);
    }

    private boolean isAt(String peer) {
        Optional<String> here = ServerNames.address(host());
        if (here.isEmpty()) {
            return peer.equalsIgnoreCase(host());
        }
        Optional<Address> withPort = Address.parse(peer);
        if (withPort.isPresent()) {
            return ServerNames.address(withPort.get().host()).equals(here)
                    && remote.endsWith(":" + withPort.get().port());
        }
        return ServerNames.address(peer).equals(here);
    }

    /** Its object in the list of rejections. */
    public Map<String, Object> json() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("at", at);
        object.put("reason", reason);
        object.put("expected", expected);
        object.put("actual", actual);
        object.put("id", id);
        object.put("role", role);
        object.put("remote", remote);
        object.put("claimedNames", claimedNames);
        return object;
    }
}
