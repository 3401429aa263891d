/**
 * How the models of many participants become one. A rule outlives the rounds and holds what the server remembers between
 * them; an aggregation is one round, and takes updates one by one, each whole or not at all.
 *
 * <pre>{@code
 * AggregationRule rule = Rules.of("multi-krum", Map.of("f", 1.0)); // needs 5 updates or more
 * Aggregation round = rule.begin(global);
 * round.add(new Update(Set.of("node-1"), model, 120)); // RejectedModelException: NOT_FINITE: expected ...
 * if (round.updates() >= rule.leastUpdates()) {
 *     global = round.result();
 *     save(global, rule.state()); // given back by rule.restore(state) after a crash
 * }
 * }</pre>
 */
package io.attestedmesh.federated.aggregate;
