import { shapesOf } from '../shared/define-shape.ts';
import { SCHEMAS } from './generated/schemas.ts';
import { VALIDATORS } from './generated/validators.ts';

export const defineShape = shapesOf('singlestore', SCHEMAS, VALIDATORS);
