import { testScenarios } from '../../checker/oracles/scenario_suite.ts';

testScenarios(import.meta.url);
