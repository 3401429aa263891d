package io.attestedmesh.transport.session;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The names of session attestation in ALPN (RFC 7301): {@code amesh-session/1} alone, or with {@code +} and the
 * application's own protocol behind it. So a peer that does not speak it is told apart within the TLS handshake, and
 * nobody can strip it off unseen.
 */
final class SessionProtocol {
    static final String NAME = "amesh-session/1";

    private static final String WITH = NAME + "+";
    private static final int MAX_NAME = 255;

    private SessionProtocol() {}

    /**
     * What a client offers in the place of its own protocols; the last is for a server that has none.
     *
     * @throws IllegalArgumentException if one of them is too long for a name around it
     */
    static List<String> offers(List<String> own) {
        for (String name : own) {
            if (WITH.length() + name.length() > MAX_NAME) {
                throw new IllegalArgumentException("a protocol whose name has " + name.length() + " characters, not "
                        + (MAX_NAME - WITH.length()) + " at most");
            }
        }
        return Stream.concat(own.stream().map(WITH::concat), Stream.of(NAME)).toList();
    }

    static boolean isSession(String negotiated) {
        return negotiated.equals(NAME) || negotiated.startsWith(WITH);
    }

    /** The application's protocol, empty if there is none. */
    static String application(String negotiated) {
        if (negotiated.equals(NAME)) {
            return "";
        }
        return negotiated.startsWith(WITH) ? negotiated.substring(WITH.length()) : negotiated;
    }

    /** The application protocols that the client offered together with session attestation, empty if it offered none. */
    static Optional<List<String>> offeredWith(List<String> offered) {
        if (offered.stream().noneMatch(SessionProtocol::isSession)) {
            return Optional.empty();
        }
        return Optional.of(offered.stream()
                .filter(name -> name.startsWith(WITH))
                .map(SessionProtocol::application)
                .toList());
    }

    /** What a server answers for {@code selected}, an application protocol or empty. */
    static String answer(String selected) {
        return selected.isEmpty() ? NAME : WITH + selected;
    }
}
