/**
 * FROST(Ed25519, SHA-512) of RFC 9591 and the key generation of the FROST paper, as state machines: bytes in, bytes out.
 *
 * <pre>{@code
 * DkgParticipant party = new DkgParticipant(new DkgParameters(4, 3, sessionId), id, random);
 * byte[] echo = party.echo(exchange(party.commitment()));            // exchange: my message to all, theirs back
 * byte[] complaints = party.complaints(exchangeInPrivate(party.shares(exchange(echo))));
 * KeyShare key = party.keyShare(exchange(party.answers(exchange(complaints))));
 *
 * SigningRound round = new SigningRound(key, Set.of(1, 2, 4), message, random);
 * byte[] share = round.share(exchange(round.commitment()));
 * Bytes signature = round.signature(exchange(share));                // plain Ed25519 under key.publicKey()
 * }</pre>
 *
 * <p>Who breaks the protocol is named by a {@link io.attestedmesh.examples.message.PartyFaultException}. The transport has
 * to tell truly who sent a message, and to keep shares private. Honest parties need not all stop: one that cheats in its
 * last message can let some finish and others not, so do not use a key before all parties say that they have it.
 */
package io.attestedmesh.examples.frost;
