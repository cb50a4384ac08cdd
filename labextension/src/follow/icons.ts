/*
 * The marks of following, an eye, and of calling, a horn.
 * Top floor.
 */
import { LabIcon } from '@jupyterlab/ui-components';

const EYE = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M12 4.5C7 4.500 2.730 7.610 1 12c1.730 4.390 6 7.500 11 7.500s9.270-3.110 11-7.500c-1.730-4.390-6-7.500-11-7.500zM12 17a5 5 0 1 1 0-10 5 5 0 0 1 0 10zm0-8a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"/>
</svg>`;

const HORN = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M18 11v2h4v-2h-4zm-2 6.610c.96.710 2.210 1.650 3.200 2.390.4-.53.8-1.070 1.200-1.600-.99-.74-2.240-1.680-3.200-2.400-.4.540-.8 1.080-1.200 1.610zM20.400 5.600c-.4-.53-.8-1.070-1.200-1.600-.99.740-2.240 1.680-3.200 2.400.4.530.8 1.070 1.200 1.600.96-.72 2.210-1.650 3.200-2.400zM4 9a2 2 0 0 0-2 2v2a2 2 0 0 0 2 2h1v4h2v-4h1l5 3V6L8 9H4zm11.500 3a4.500 4.500 0 0 0-1.500-3.350v6.690A4.450 4.450 0 0 0 15.500 12z"/>
</svg>`;

export const followIcon = new LabIcon({ name: 'jupyter-awareness:follow', svgstr: EYE });
export const callIcon = new LabIcon({ name: 'jupyter-awareness:call', svgstr: HORN });
