/**
 * A second wire format: that of nodes of a threshold KMS network, {@code ddec_networking.gnetworking}, on the same port and
 * with the same sessions as our own.
 *
 * <p>One unary call a message, without a number of its own. So a message is known by its round only, messages of one session
 * go to one party one at a time, and a restart of the other side is not noticed by itself: what it had of a session is
 * missing, and the session ends in a timeout or as REFUSED. There are no streams.
 *
 * <pre>{@code
 * KmsLimits kms = KmsLimits.DEFAULT;
 * MpcNetwork network = MpcNetwork.builder(self, contexts, transport).kms(kms).build();
 * TransportLimits limits = TransportLimits.DEFAULT.withMessageBytes(kms.inboundBytes());
 * Server server = network.addTo(new AttestedGrpc(tls, limits).server(address)).build().start();
 *
 * Party core = Party.of(2, entryOfCore, "10.0.0.2", 50100).speaking(WireFormat.KMS);
 * }</pre>
 */
package io.attestedmesh.mpc.kms;
