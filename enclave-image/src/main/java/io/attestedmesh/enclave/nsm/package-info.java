/**
 * The Nitro Security Module of the enclave that this process runs in, through {@code /dev/nsm}.
 *
 * <pre>{@code
 * try (NsmDevice nsm = NsmDevice.open(NsmDevice.PATH)) {
 *     log(nsm.describe().moduleId(), nsm.describePcr(0).value());
 *     Bytes document = nsm.attest(new AttestationRequest(Optional.of(key), Optional.empty(), Optional.of(nonce)));
 * }
 * }</pre>
 */
package io.attestedmesh.enclave.nsm;
