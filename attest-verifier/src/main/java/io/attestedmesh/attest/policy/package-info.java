/** Whether the code that verified evidence speaks of is allowed. */
package io.attestedmesh.attest.policy;
