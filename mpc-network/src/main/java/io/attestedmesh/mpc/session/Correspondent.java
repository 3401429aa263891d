package io.attestedmesh.mpc.session;

import io.attestedmesh.mpc.party.Party;

/** One other party, as a session sees it. Guarded by the session's mailbox. */
final class Correspondent {
    final Party party;
    final Inbox inbox;
    /** Why nothing more will come; {@code null} while it may. */
    SessionException failure;
    /** The way to it, once something was sent; guarded by the session. */
    Outlet outlet;
    /** The first round for which it sent two messages; -1 if it did not. */
    long equivocated = -1;

    /** What was queued for it; guarded by the session. */
    long sentMessages;

    long sentBytes;

    Correspondent(Party party, Inbox inbox) {
        this.party = party;
        this.inbox = inbox;
    }
}
