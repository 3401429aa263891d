/**
 * Shamir's secret sharing over the scalars of edwards25519: party i, counted from 1, holds f(i), and f(0) is the secret.
 *
 * <pre>{@code
 * Polynomial f = Polynomial.random(secret, degree, random);
 * Scalar share = f.at(id);
 * Scalar again = Interpolation.weight(ids, id).times(share);         // summed over degree + 1 ids: the secret
 * Optional<Polynomial> g = ReedSolomon.decode(shares, degree);       // though some of the shares are wrong
 * }</pre>
 */
package io.attestedmesh.examples.shamir;
