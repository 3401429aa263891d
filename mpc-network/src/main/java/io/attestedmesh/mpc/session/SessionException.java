package io.attestedmesh.mpc.session;

import io.attestedmesh.mpc.party.Party;
import java.util.Collection;
import java.util.List;

/** An operation of a session failed; the message names the session and the parties that are the cause. */
public final class SessionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient SessionId session;
    private final SessionReason reason;
    private final transient List<Party> parties;
    private final String expected;
    private final String actual;

    public SessionException(
            SessionReason reason, SessionId session, Collection<Party> parties, String expected, String actual) {
        super("session " + session + ": " + reason + (parties.isEmpty() ? "" : " " + parties) + ": expected " + expected
                + ", actual " + actual);
        this.reason = reason;
        this.session = session;
        this.parties = List.copyOf(parties);
        this.expected = expected;
        this.actual = actual;
    }

    public SessionException(SessionReason reason, SessionId session, String expected, String actual) {
        this(reason, session, List.of(), expected, actual);
    }

    /** A party's process has ended, and with it what it had of the session. */
    public static SessionException restarted(SessionId session, Party party) {
        return new SessionException(
                SessionReason.RESTARTED,
                session,
                List.of(party),
                "one process from the beginning to the end of the session",
                "it ended, and another one answers in its place");
    }

    public SessionReason reason() {
        return reason;
    }

    public SessionId session() {
        return session;
    }

    /** Those that did not do their part; empty if it is nobody's fault but ours. */
    public List<Party> parties() {
        return parties;
    }

    public String expected() {
        return expected;
    }

    public String actual() {
        return actual;
    }
}
