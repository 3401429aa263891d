/**
 * The prime-order group of edwards25519 and its scalars, encoded as RFC 8032 and RFC 9591 section 6.1 write them; the
 * arithmetic is Bouncy Castle's on the same curve in short Weierstrass form.
 *
 * <pre>{@code
 * Scalar secret = Scalar.random(random);
 * Point shown = Point.ofSecret(secret);
 * Point read = Point.decode(shown.encode());       // refuses what is not exactly one element of the group
 * boolean same = read.plus(Point.BASE).equals(Point.ofSecret(secret.plus(Scalar.ONE)));
 * }</pre>
 *
 * <p>What leaks time: all arithmetic on scalars is {@link java.math.BigInteger}'s, which takes longer for some values
 * than for others; {@link io.attestedmesh.examples.ed25519.Point#times} takes a path that depends on the scalar and is
 * for public ones. {@link io.attestedmesh.examples.ed25519.Point#ofSecret} looks up its table in a way that does not
 * depend on the scalar. Secrets cannot be wiped from memory either. Do not run this where others can time it finely.
 */
package io.attestedmesh.examples.ed25519;
