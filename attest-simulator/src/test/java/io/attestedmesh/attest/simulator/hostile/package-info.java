/**
 * Evidence with any single fault, for tests of those who must refuse it. Never part of the shipped jar.
 *
 * <pre>{@code
 * HostileCloud cloud = HostileCloud.at(now);                 // its root is the one that the verifier trusts
 * Bytes valid = cloud.document().sign();
 * Bytes wrongDigest = cloud.document().set("digest", Cbor.text("SHA256")).sign();
 * Bytes shortSignature = cloud.document().signature(s -> s.slice(0, 95)).sign();
 * Bytes expired = cloud.document(cloud.chain(Rung.ZONAL, c -> c.notAfter(now.minusSeconds(1)))).sign();
 * Attester debug = cloud.attester(d -> d.pcr(0, Bytes.of(new byte[48])));
 * Bytes listed = FormatFault.DIGEST_SHA256.forge(cloud).document();   // one of Fault.all()
 * }</pre>
 */
package io.attestedmesh.attest.simulator.hostile;
