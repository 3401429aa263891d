/**
 * The wire format {@code amesh.mpc.v1}: streams of batches with answers, transfers of large messages, and pings. What comes
 * in is measured before it is parsed, and its sender compared with the certificate before it is looked at.
 *
 * <pre>{@code
 * ExchangeService service = new ExchangeService(self, incarnation, sessions, callers, refusals, clock);
 * server.addService(service.definition()).callExecutor(ExchangeService.executors());
 * Carrier.Factory carriers = ExchangeCall.over(reach, self, incarnation, readers);
 * }</pre>
 */
package io.attestedmesh.mpc.exchange;
