package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.StatementVerifier;

/**
 * The recorder's word that its chain was so up to there. Hashes alone anybody could compute again.
 *
 * @param signature by the recorder's voting key
 */
public record SignedHead(ChainHead head, Bytes signature) {
    /** Signs a head of the signer's own chain. */
    public static SignedHead of(ChainHead head, StatementSigner signer) {
        Chain chain = Chain.of(signer.committee(), signer.node());
        return new SignedHead(head, signer.sign(chain.signed(head)));
    }

    /**
     * Refuses a head that {@code chain}'s recorder did not sign.
     *
     * @throws RejectedStatementException NETWORK, EPOCH, NOT_A_MEMBER, NO_KEY or SIGNATURE
     */
    public void verify(Chain chain, StatementVerifier verifier) throws RejectedStatementException {
        StatementVerifier.requireOf(verifier.committee(), chain.network(), chain.epoch(), chain.recorder());
        verifier.requireSignature(chain.recorder(), chain.signed(head), signature);
    }
}
