/**
 * Misbehaviour and what shows it. Double votes and minority votes are proofs for anybody; an invalid signature and silence
 * are observations that a named node signs, and could invent.
 *
 * <pre>{@code
 * ViolationVerifier verifier = new ViolationVerifier(statements);
 * VerifiedViolation proof = verifier.verify(Violation.parse(bytes));
 * Conduct conduct = new Conduct(committee, ConductRules.DEFAULT);
 * conduct.add(proof, now);
 * conduct.isExcluded(proof.accused(), now);
 * conduct.score(proof.accused(), now); // 0 to 100
 * }</pre>
 */
package io.attestedmesh.voting.violation;
