package io.attestedmesh.examples.frost;

import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.MessageWriter;
import io.attestedmesh.examples.message.PartyFaultException;
import java.util.Collection;

/**
 * What a signer publishes in round two, RFC 9591 section 5.2, and which commitments it is for: a share for others fits
 * nobody's equation, and without the echo its signer would look like the one that cheats.
 */
record SignatureShare(BroadcastEcho commitments, Scalar share) {
    static SignatureShare read(MessageReader reader, Collection<Integer> signers) throws PartyFaultException {
        SignatureShare share = new SignatureShare(BroadcastEcho.readField(reader, signers), reader.scalar());
        reader.end();
        return share;
    }

    byte[] encode() {
        return commitments
                .writeField(new MessageWriter(MessageKind.SIGNATURE_SHARE))
                .scalar(share)
                .toByteArray();
    }
}
