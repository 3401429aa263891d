package io.attestedmesh.voting.simulation;

import io.attestedmesh.voting.replica.Message;

/** A node of the simulated network, honest or not. */
interface Member {
    String name();

    boolean isUp();

    void connected(String to);

    void disconnected(String to);

    /** The connection from {@code from} works from now on, or no more. */
    void called(String from, boolean works);

    void receive(String from, Message message);
}
