package io.attestedmesh.examples.frost;

import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.MessageWriter;
import io.attestedmesh.examples.message.PartyFaultException;

/** What a signer publishes in round one, RFC 9591 section 5.1. */
record NonceCommitment(Point hiding, Point binding) {
    static NonceCommitment read(MessageReader reader) throws PartyFaultException {
        NonceCommitment commitment = new NonceCommitment(reader.point(), reader.point());
        reader.end();
        return commitment;
    }

    byte[] encode() {
        return new MessageWriter(MessageKind.NONCE_COMMITMENT)
                .point(hiding)
                .point(binding)
                .toByteArray();
    }
}
