/**
 * Secure aggregation: an aggregator learns the sum of the updates of its clients, and neither it nor another client learns
 * one of them. Double masking after Bonawitz et al., "Practical Secure Aggregation for Privacy-Preserving Machine Learning"
 * (CCS 2017), over whole numbers; keys, shares and agreements go directly from client to client.
 *
 * <pre>{@code
 * SecureTerms terms = SecureTerms.of(session.id(), round, 5, List.of(1, 2, 3, 4), new Quantiser(1, 24), 10_000, layout);
 * // a client
 * SecureParticipant participant = new SecureParticipant(random, meters); // for all runs of its life
 * SecureParticipant.Outcome outcome = participant.run(terms, session, update, examples);
 * // the aggregator
 * SecureSum sum = new SecureCollector(terms, Duration.ofHours(1), Duration.ofMinutes(2), meters).run(session);
 * Model mean = sum.mean(); // of sum.survivors(), sum.examples() in all
 * }</pre>
 *
 * <p>Rules that look at single updates (medians, trimmed means, Krum) cannot be had from a sum: a configuration that asks for
 * secure aggregation with one of them is to be refused at the start.
 */
package io.attestedmesh.federated.secure;
