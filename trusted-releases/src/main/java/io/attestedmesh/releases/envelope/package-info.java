/**
 * Bytes that several people sign: JWS in its general JSON serialisation (RFC 7515, section 7.2.1), the keys that count,
 * and how many of them must have signed.
 *
 * <pre>{@code
 * SignedEnvelope draft = SignedEnvelope.unsigned(list.encode());
 * SignedEnvelope signed = draft.signedBy(DocumentType.RELEASE_LIST, alice, aliceKey)
 *         .merge(draft.signedBy(DocumentType.RELEASE_LIST, bob, bobKey));
 *
 * KeySet keys = new KeySet(List.of(alice, bob, carol), 2);
 * List<NamedKey> signers = SignedEnvelope.parse(received).requireThreshold(DocumentType.RELEASE_LIST, keys);
 * }</pre>
 */
package io.attestedmesh.releases.envelope;
