package io.attestedmesh.examples.frost;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.MessageWriter;
import io.attestedmesh.examples.message.PartyFaultException;

/** A share of round 2 as its dealer vouches for it: private at first, open to all in a complaint or its answer. */
record SignedShare(Scalar share, Bytes signature) {
    static SignedShare of(DkgParameters parameters, int dealer, int receiver, Scalar share, ShareSigner signer) {
        return new SignedShare(share, signer.sign(statement(parameters, dealer, receiver, share)));
    }

    /** As a message of its own. */
    static SignedShare read(MessageReader reader) throws PartyFaultException {
        SignedShare share = readField(reader);
        reader.end();
        return share;
    }

    static SignedShare readField(MessageReader reader) throws PartyFaultException {
        return new SignedShare(reader.scalar(), reader.bytes(ShareSigner.SIGNATURE));
    }

    byte[] encode() {
        return writeField(new MessageWriter(MessageKind.DKG_SHARE)).toByteArray();
    }

    MessageWriter writeField(MessageWriter writer) {
        return writer.scalar(share).bytes(signature);
    }

    boolean isSignedBy(DealerCommitment commitment, DkgParameters parameters, int dealer, int receiver) {
        return ShareSigner.verify(commitment.signingKey(), statement(parameters, dealer, receiver, share), signature);
    }

    private static Bytes statement(DkgParameters parameters, int dealer, int receiver, Scalar share) {
        return Ciphersuite.shareStatement(
                Bytes.concat(parameters.encode(), Bytes.of((byte) dealer, (byte) receiver), share.encode()));
    }
}
