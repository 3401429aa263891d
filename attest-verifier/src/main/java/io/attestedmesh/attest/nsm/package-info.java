/**
 * The Nitro Security Module as its users see it: requests, answers and errors. The simulator has a software one, {@code
 * enclave.nsm} the device.
 *
 * <pre>{@code
 * void seal(Nsm nsm, Bytes configuration) throws NsmException {
 *     nsm.extendPcr(16, configuration.sha384());
 *     nsm.lockPcr(16);
 *     log(nsm.describe().moduleId(), nsm.describePcr(0).value());
 * }
 * }</pre>
 */
package io.attestedmesh.attest.nsm;
