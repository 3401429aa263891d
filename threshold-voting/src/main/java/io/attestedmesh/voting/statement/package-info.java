/**
 * What nodes sign, and what follows from enough of it. A {@link io.attestedmesh.voting.statement.Statement} is a vote for a
 * value or a timeout; {@link io.attestedmesh.voting.statement.Certificate}s are the statements that settle a transaction.
 * Only {@link io.attestedmesh.voting.statement.StatementVerifier} makes verified ones.
 *
 * <pre>{@code
 * Committee committee = new Committee("prod", 1, 4, List.of("a.example", "b.example", "c.example", "d.example", "e.example"));
 * VotingKeys keys = new VotingKeys(committee);
 * keys.pin(announcement); // of each node
 * StatementVerifier verifier = new StatementVerifier(keys);
 * VerifiedStatement vote = verifier.verify(SignedStatement.parse(bytes));
 * VerifiedCertificate decision = verifier.verify(Certificate.parse(file));
 * decision.value(); // empty if the transaction failed
 * }</pre>
 */
package io.attestedmesh.voting.statement;
