// @ts-nocheck -- compiled by ajv
// Made by scripts/generate.mjs from schemas/. Do not edit.
import type { KindName } from './schemas.ts';


export const accessControls = validate10;
const schema11 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Access control","description":"Who holds one role on one object. The entry is authoritative for the direct grants of that pair; inherited grants are never touched. Removing the entry revokes only what trueup granted.","type":"object","additionalProperties":false,"required":["object","role"],"properties":{"object":{"description":"The object the role is held on; exactly one of its fields. Cannot change in place.","type":"object","additionalProperties":false,"minProperties":1,"maxProperties":1,"properties":{"workspaceGroup":{"description":"A workspace group: a key of `workspaceGroups`, `{ name: … }` or `{ id: … }`.","type":"string","x-trueup":{"reference":"singlestore.workspaceGroups"}},"team":{"description":"A team: a key of `teams`, `{ name: … }` or `{ id: … }`.","type":"string","x-trueup":{"reference":"singlestore.teams"}},"secret":{"description":"A secret: a key of `secrets`, `{ name: … }` or `{ id: … }`.","type":"string","x-trueup":{"reference":"singlestore.secrets"}},"organization":{"description":"true: the organization itself.","type":"boolean","enum":[true]}},"x-trueup":{"immutable":true,"atomic":true,"requiredOnCreate":true}},"role":{"description":"Name of the role, built-in or custom, of the resource type of the object. Cannot change in place.","type":"string","pattern":"\\S","examples":["Owner","Reader"],"x-trueup":{"immutable":true,"requiredOnCreate":true}},"users":{"description":"E-mail addresses of the users who hold the role directly, compared as a set and in any case. Absent: users are left alone.","type":"array","items":{"description":"E-mail address of a user.","type":"string","pattern":"^\\S+@\\S+$","x-trueup":{"normaliser":"email"}},"x-trueup":{"set":true,"clearable":true,"default":[],"normaliser":"email","risk":"none"}},"teams":{"description":"Teams that hold the role directly: keys of `teams`, `{ name: … }` or `{ id: … }`. Absent: teams are left alone.","type":"array","items":{"description":"A team.","type":"string"},"x-trueup":{"set":true,"clearable":true,"default":[],"reference":"singlestore.teams","risk":"none"}}}};
const pattern0 = new RegExp("\\S", "");
const pattern1 = new RegExp("^\\S+@\\S+$", "");

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.object === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "object"},message:"must have required property '"+"object"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.role === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "role"},message:"must have required property '"+"role"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "object") || (key0 === "role")) || (key0 === "users")) || (key0 === "teams"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.object !== undefined){
let data0 = data.object;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(Object.keys(data0).length > 1){
const err3 = {instancePath:instancePath+"/object",schemaPath:"#/properties/object/maxProperties",keyword:"maxProperties",params:{limit: 1},message:"must NOT have more than 1 properties"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(Object.keys(data0).length < 1){
const err4 = {instancePath:instancePath+"/object",schemaPath:"#/properties/object/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
for(const key1 in data0){
if(!((((key1 === "workspaceGroup") || (key1 === "team")) || (key1 === "secret")) || (key1 === "organization"))){
const err5 = {instancePath:instancePath+"/object",schemaPath:"#/properties/object/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data0.workspaceGroup !== undefined){
if(typeof data0.workspaceGroup !== "string"){
const err6 = {instancePath:instancePath+"/object/workspaceGroup",schemaPath:"#/properties/object/properties/workspaceGroup/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data0.team !== undefined){
if(typeof data0.team !== "string"){
const err7 = {instancePath:instancePath+"/object/team",schemaPath:"#/properties/object/properties/team/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data0.secret !== undefined){
if(typeof data0.secret !== "string"){
const err8 = {instancePath:instancePath+"/object/secret",schemaPath:"#/properties/object/properties/secret/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data0.organization !== undefined){
let data4 = data0.organization;
if(typeof data4 !== "boolean"){
const err9 = {instancePath:instancePath+"/object/organization",schemaPath:"#/properties/object/properties/organization/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(!(data4 === true)){
const err10 = {instancePath:instancePath+"/object/organization",schemaPath:"#/properties/object/properties/organization/enum",keyword:"enum",params:{allowedValues: schema11.properties.object.properties.organization.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath:instancePath+"/object",schemaPath:"#/properties/object/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.role !== undefined){
let data5 = data.role;
if(typeof data5 === "string"){
if(!pattern0.test(data5)){
const err12 = {instancePath:instancePath+"/role",schemaPath:"#/properties/role/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/role",schemaPath:"#/properties/role/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.users !== undefined){
let data6 = data.users;
if(Array.isArray(data6)){
const len0 = data6.length;
for(let i0=0; i0<len0; i0++){
let data7 = data6[i0];
if(typeof data7 === "string"){
if(!pattern1.test(data7)){
const err14 = {instancePath:instancePath+"/users/" + i0,schemaPath:"#/properties/users/items/pattern",keyword:"pattern",params:{pattern: "^\\S+@\\S+$"},message:"must match pattern \""+"^\\S+@\\S+$"+"\""};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/users/" + i0,schemaPath:"#/properties/users/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/users",schemaPath:"#/properties/users/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.teams !== undefined){
let data8 = data.teams;
if(Array.isArray(data8)){
const len1 = data8.length;
for(let i1=0; i1<len1; i1++){
if(typeof data8[i1] !== "string"){
const err17 = {instancePath:instancePath+"/teams/" + i1,schemaPath:"#/properties/teams/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
else {
const err18 = {instancePath:instancePath+"/teams",schemaPath:"#/properties/teams/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
else {
const err19 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}

export const currentUser = validate11;
const schema12 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Current user","description":"The user whose credential is in use. Looked up, never managed.","type":"object","additionalProperties":false,"properties":{"email":{"description":"E-mail address, in lower case.","type":"string","x-trueup":{"readOnly":true}},"organizationID":{"description":"ID of the organization the credential belongs to.","type":"string","x-trueup":{"readOnly":true}}}};

function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((key0 === "email") || (key0 === "organizationID"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.email !== undefined){
if(typeof data.email !== "string"){
const err1 = {instancePath:instancePath+"/email",schemaPath:"#/properties/email/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.organizationID !== undefined){
if(typeof data.organizationID !== "string"){
const err2 = {instancePath:instancePath+"/organizationID",schemaPath:"#/properties/organizationID/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}

export const permissions = validate12;
const schema13 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Permission","description":"A permission that roles of one resource type can have. Looked up, never managed.","type":"object","additionalProperties":false,"properties":{"permission":{"description":"Name of the permission.","type":"string","x-trueup":{"readOnly":true}},"resourceType":{"description":"Resource type it is for.","type":"string","x-trueup":{"readOnly":true}},"description":{"description":"What it allows.","type":"string","x-trueup":{"readOnly":true}}}};

function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((key0 === "permission") || (key0 === "resourceType")) || (key0 === "description"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.permission !== undefined){
if(typeof data.permission !== "string"){
const err1 = {instancePath:instancePath+"/permission",schemaPath:"#/properties/permission/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.resourceType !== undefined){
if(typeof data.resourceType !== "string"){
const err2 = {instancePath:instancePath+"/resourceType",schemaPath:"#/properties/resourceType/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.description !== undefined){
if(typeof data.description !== "string"){
const err3 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate12.errors = vErrors;
return errors === 0;
}

export const projects = validate13;
const schema14 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Project","description":"A project: it groups workspace groups and decides their edition.","type":"object","additionalProperties":false,"properties":{"name":{"description":"Name of the project. Default: the key of the entry.","type":"string","pattern":"\\S","x-trueup":{"normaliser":"trim","risk":"none"}},"edition":{"description":"Edition of everything in the project. STANDARD, ENTERPRISE and SHARED are in use today. Cannot change in place.","type":"string","enum":["STANDARD","ENTERPRISE","SHARED","DEDICATED","PREMIUM"],"x-trueup":{"immutable":true,"requiredOnCreate":true}},"createdAt":{"description":"When the project was created.","type":"string","x-trueup":{"readOnly":true}}}};

function validate13(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((key0 === "name") || (key0 === "edition")) || (key0 === "createdAt"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern0.test(data0)){
const err1 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.edition !== undefined){
let data1 = data.edition;
if(typeof data1 !== "string"){
const err3 = {instancePath:instancePath+"/edition",schemaPath:"#/properties/edition/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(!(((((data1 === "STANDARD") || (data1 === "ENTERPRISE")) || (data1 === "SHARED")) || (data1 === "DEDICATED")) || (data1 === "PREMIUM"))){
const err4 = {instancePath:instancePath+"/edition",schemaPath:"#/properties/edition/enum",keyword:"enum",params:{allowedValues: schema14.properties.edition.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.createdAt !== undefined){
if(typeof data.createdAt !== "string"){
const err5 = {instancePath:instancePath+"/createdAt",schemaPath:"#/properties/createdAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
validate13.errors = vErrors;
return errors === 0;
}

export const regions = validate14;
const schema15 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Region","description":"A region of a cloud provider. Looked up, never managed.","type":"object","additionalProperties":false,"properties":{"provider":{"description":"Cloud provider: AWS, Azure or GCP.","type":"string","x-trueup":{"readOnly":true}},"regionName":{"description":"Code name, for example `us-east-1`.","type":"string","x-trueup":{"readOnly":true}},"region":{"description":"Display name, for example `US East 1 (N. Virginia)`.","type":"string","x-trueup":{"readOnly":true}}}};

function validate14(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((key0 === "provider") || (key0 === "regionName")) || (key0 === "region"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.provider !== undefined){
if(typeof data.provider !== "string"){
const err1 = {instancePath:instancePath+"/provider",schemaPath:"#/properties/provider/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.regionName !== undefined){
if(typeof data.regionName !== "string"){
const err2 = {instancePath:instancePath+"/regionName",schemaPath:"#/properties/regionName/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.region !== undefined){
if(typeof data.region !== "string"){
const err3 = {instancePath:instancePath+"/region",schemaPath:"#/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate14.errors = vErrors;
return errors === 0;
}

export const roles = validate15;
const schema16 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Role","description":"A custom role for one resource type. Built-in roles cannot be changed.","type":"object","additionalProperties":false,"required":["resourceType"],"properties":{"role":{"description":"Name of the role, and with `resourceType` its identity. Default: the key of the entry. Cannot change in place.","type":"string","pattern":"\\S","x-trueup":{"immutable":true}},"resourceType":{"description":"What the role is for: Organization, Cluster (a workspace group), Team or Secret. Cannot change in place.","type":"string","pattern":"^[A-Za-z]+$","examples":["Organization","Cluster","Team","Secret"],"x-trueup":{"immutable":true,"requiredOnCreate":true}},"description":{"description":"What the role is for.","type":"string","x-trueup":{"default":"","risk":"none"}},"permissions":{"description":"Permissions of the role, compared as a set; each must exist for the resource type.","type":"array","items":{"description":"Name of a permission, for example `Operate`.","type":"string","pattern":"\\S"},"x-trueup":{"set":true,"clearable":true,"default":[],"risk":"downtime","riskWhen":"fewer"}},"inherits":{"description":"Roles whose permissions this one has too, compared as a set. They may be of another resource type.","type":"array","items":{"description":"A role.","type":"object","additionalProperties":false,"required":["resourceType","role"],"properties":{"resourceType":{"description":"Resource type of that role.","type":"string","pattern":"^[A-Za-z]+$"},"role":{"description":"Name of that role, built-in or custom.","type":"string","pattern":"\\S"}}},"x-trueup":{"set":true,"clearable":true,"default":[],"risk":"downtime","riskWhen":"fewer"}},"isCustom":{"description":"false for the roles that come with SingleStore.","type":"boolean","x-trueup":{"readOnly":true}},"createdAt":{"description":"When the role was created.","type":"string","x-trueup":{"readOnly":true}},"updatedAt":{"description":"When the role was last changed.","type":"string","x-trueup":{"readOnly":true}}}};
const pattern4 = new RegExp("^[A-Za-z]+$", "");

function validate15(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.resourceType === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "resourceType"},message:"must have required property '"+"resourceType"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((((((((key0 === "role") || (key0 === "resourceType")) || (key0 === "description")) || (key0 === "permissions")) || (key0 === "inherits")) || (key0 === "isCustom")) || (key0 === "createdAt")) || (key0 === "updatedAt"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.role !== undefined){
let data0 = data.role;
if(typeof data0 === "string"){
if(!pattern0.test(data0)){
const err2 = {instancePath:instancePath+"/role",schemaPath:"#/properties/role/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/role",schemaPath:"#/properties/role/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.resourceType !== undefined){
let data1 = data.resourceType;
if(typeof data1 === "string"){
if(!pattern4.test(data1)){
const err4 = {instancePath:instancePath+"/resourceType",schemaPath:"#/properties/resourceType/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z]+$"},message:"must match pattern \""+"^[A-Za-z]+$"+"\""};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/resourceType",schemaPath:"#/properties/resourceType/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.description !== undefined){
if(typeof data.description !== "string"){
const err6 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.permissions !== undefined){
let data3 = data.permissions;
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
if(typeof data4 === "string"){
if(!pattern0.test(data4)){
const err7 = {instancePath:instancePath+"/permissions/" + i0,schemaPath:"#/properties/permissions/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/permissions/" + i0,schemaPath:"#/properties/permissions/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/permissions",schemaPath:"#/properties/permissions/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.inherits !== undefined){
let data5 = data.inherits;
if(Array.isArray(data5)){
const len1 = data5.length;
for(let i1=0; i1<len1; i1++){
let data6 = data5[i1];
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.resourceType === undefined){
const err10 = {instancePath:instancePath+"/inherits/" + i1,schemaPath:"#/properties/inherits/items/required",keyword:"required",params:{missingProperty: "resourceType"},message:"must have required property '"+"resourceType"+"'"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data6.role === undefined){
const err11 = {instancePath:instancePath+"/inherits/" + i1,schemaPath:"#/properties/inherits/items/required",keyword:"required",params:{missingProperty: "role"},message:"must have required property '"+"role"+"'"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
for(const key1 in data6){
if(!((key1 === "resourceType") || (key1 === "role"))){
const err12 = {instancePath:instancePath+"/inherits/" + i1,schemaPath:"#/properties/inherits/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data6.resourceType !== undefined){
let data7 = data6.resourceType;
if(typeof data7 === "string"){
if(!pattern4.test(data7)){
const err13 = {instancePath:instancePath+"/inherits/" + i1+"/resourceType",schemaPath:"#/properties/inherits/items/properties/resourceType/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z]+$"},message:"must match pattern \""+"^[A-Za-z]+$"+"\""};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/inherits/" + i1+"/resourceType",schemaPath:"#/properties/inherits/items/properties/resourceType/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data6.role !== undefined){
let data8 = data6.role;
if(typeof data8 === "string"){
if(!pattern0.test(data8)){
const err15 = {instancePath:instancePath+"/inherits/" + i1+"/role",schemaPath:"#/properties/inherits/items/properties/role/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/inherits/" + i1+"/role",schemaPath:"#/properties/inherits/items/properties/role/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath:instancePath+"/inherits/" + i1,schemaPath:"#/properties/inherits/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
else {
const err18 = {instancePath:instancePath+"/inherits",schemaPath:"#/properties/inherits/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.isCustom !== undefined){
if(typeof data.isCustom !== "boolean"){
const err19 = {instancePath:instancePath+"/isCustom",schemaPath:"#/properties/isCustom/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.createdAt !== undefined){
if(typeof data.createdAt !== "string"){
const err20 = {instancePath:instancePath+"/createdAt",schemaPath:"#/properties/createdAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.updatedAt !== undefined){
if(typeof data.updatedAt !== "string"){
const err21 = {instancePath:instancePath+"/updatedAt",schemaPath:"#/properties/updatedAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
validate15.errors = vErrors;
return errors === 0;
}

export const secrets = validate16;
const schema17 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Secret","description":"A secret of the organization, for notebooks, jobs and functions.","type":"object","additionalProperties":false,"properties":{"name":{"description":"Name of the secret: letters, digits and underscores. Default: the key of the entry. Cannot change in place.","type":"string","pattern":"^[A-Za-z0-9_]+$","x-trueup":{"immutable":true}},"value":{"description":"The secret text. Give a source (`{ fromEnv: … }`, `{ fromFile: … }`, `{ fromCommand: […] }`) or an expression.","type":"string","x-trueup":{"sensitive":true,"requiredOnCreate":true,"risk":"none"}},"createdAt":{"description":"When the secret was created.","type":"string","x-trueup":{"readOnly":true}},"lastUpdatedAt":{"description":"When the secret was last changed.","type":"string","x-trueup":{"readOnly":true}},"createdBy":{"description":"ID of the user who created it.","type":"string","x-trueup":{"readOnly":true}},"lastUpdatedBy":{"description":"ID of the user who last changed it.","type":"string","x-trueup":{"readOnly":true}}}};
const pattern8 = new RegExp("^[A-Za-z0-9_]+$", "");

function validate16(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((((key0 === "name") || (key0 === "value")) || (key0 === "createdAt")) || (key0 === "lastUpdatedAt")) || (key0 === "createdBy")) || (key0 === "lastUpdatedBy"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern8.test(data0)){
const err1 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_]+$"},message:"must match pattern \""+"^[A-Za-z0-9_]+$"+"\""};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.value !== undefined){
if(typeof data.value !== "string"){
const err3 = {instancePath:instancePath+"/value",schemaPath:"#/properties/value/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.createdAt !== undefined){
if(typeof data.createdAt !== "string"){
const err4 = {instancePath:instancePath+"/createdAt",schemaPath:"#/properties/createdAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.lastUpdatedAt !== undefined){
if(typeof data.lastUpdatedAt !== "string"){
const err5 = {instancePath:instancePath+"/lastUpdatedAt",schemaPath:"#/properties/lastUpdatedAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.createdBy !== undefined){
if(typeof data.createdBy !== "string"){
const err6 = {instancePath:instancePath+"/createdBy",schemaPath:"#/properties/createdBy/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.lastUpdatedBy !== undefined){
if(typeof data.lastUpdatedBy !== "string"){
const err7 = {instancePath:instancePath+"/lastUpdatedBy",schemaPath:"#/properties/lastUpdatedBy/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
validate16.errors = vErrors;
return errors === 0;
}

export const teams = validate17;
const schema18 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Team","description":"A team of users and other teams, to which roles can be granted.","type":"object","additionalProperties":false,"properties":{"name":{"description":"Name of the team. Default: the key of the entry.","type":"string","pattern":"\\S","x-trueup":{"normaliser":"trim","risk":"none"}},"description":{"description":"What the team is for.","type":"string","x-trueup":{"default":"","risk":"none"}},"members":{"description":"Who is in the team. `users` and `teams` are managed independently: a half that is absent is left alone.","type":"object","additionalProperties":false,"properties":{"users":{"description":"E-mail addresses of users of the organization, compared as a set and in any case.","type":"array","items":{"description":"E-mail address of a user.","type":"string","pattern":"^\\S+@\\S+$","x-trueup":{"normaliser":"email"}},"x-trueup":{"set":true,"clearable":true,"default":[],"normaliser":"email","risk":"none"}},"teams":{"description":"Teams whose members are members of this one: keys of `teams`, `{ name: … }` or `{ id: … }`.","type":"array","items":{"description":"A team.","type":"string"},"x-trueup":{"set":true,"clearable":true,"default":[],"reference":"singlestore.teams","risk":"none"}}}},"createdAt":{"description":"When the team was created.","type":"string","x-trueup":{"readOnly":true}}}};

function validate17(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((key0 === "name") || (key0 === "description")) || (key0 === "members")) || (key0 === "createdAt"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern0.test(data0)){
const err1 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.description !== undefined){
if(typeof data.description !== "string"){
const err3 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.members !== undefined){
let data2 = data.members;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
for(const key1 in data2){
if(!((key1 === "users") || (key1 === "teams"))){
const err4 = {instancePath:instancePath+"/members",schemaPath:"#/properties/members/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data2.users !== undefined){
let data3 = data2.users;
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
if(typeof data4 === "string"){
if(!pattern1.test(data4)){
const err5 = {instancePath:instancePath+"/members/users/" + i0,schemaPath:"#/properties/members/properties/users/items/pattern",keyword:"pattern",params:{pattern: "^\\S+@\\S+$"},message:"must match pattern \""+"^\\S+@\\S+$"+"\""};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/members/users/" + i0,schemaPath:"#/properties/members/properties/users/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath:instancePath+"/members/users",schemaPath:"#/properties/members/properties/users/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data2.teams !== undefined){
let data5 = data2.teams;
if(Array.isArray(data5)){
const len1 = data5.length;
for(let i1=0; i1<len1; i1++){
if(typeof data5[i1] !== "string"){
const err8 = {instancePath:instancePath+"/members/teams/" + i1,schemaPath:"#/properties/members/properties/teams/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/members/teams",schemaPath:"#/properties/members/properties/teams/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/members",schemaPath:"#/properties/members/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.createdAt !== undefined){
if(typeof data.createdAt !== "string"){
const err11 = {instancePath:instancePath+"/createdAt",schemaPath:"#/properties/createdAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
else {
const err12 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
validate17.errors = vErrors;
return errors === 0;
}

export const users = validate18;
const schema19 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"User","description":"A user of the organization. Looked up, never managed.","type":"object","additionalProperties":false,"properties":{"email":{"description":"E-mail address, in lower case.","type":"string","x-trueup":{"readOnly":true}},"firstName":{"description":"First name.","type":"string","x-trueup":{"readOnly":true}},"lastName":{"description":"Last name.","type":"string","x-trueup":{"readOnly":true}},"userKind":{"description":"Standard, ServiceAccount or CloudPrincipal.","type":"string","x-trueup":{"readOnly":true}}}};

function validate18(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((key0 === "email") || (key0 === "firstName")) || (key0 === "lastName")) || (key0 === "userKind"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.email !== undefined){
if(typeof data.email !== "string"){
const err1 = {instancePath:instancePath+"/email",schemaPath:"#/properties/email/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.firstName !== undefined){
if(typeof data.firstName !== "string"){
const err2 = {instancePath:instancePath+"/firstName",schemaPath:"#/properties/firstName/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.lastName !== undefined){
if(typeof data.lastName !== "string"){
const err3 = {instancePath:instancePath+"/lastName",schemaPath:"#/properties/lastName/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.userKind !== undefined){
if(typeof data.userKind !== "string"){
const err4 = {instancePath:instancePath+"/userKind",schemaPath:"#/properties/userKind/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
validate18.errors = vErrors;
return errors === 0;
}

export const workspaceGroups = validate19;
const schema20 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Workspace group","description":"A workspace group: the region, firewall and update window shared by up to five workspaces, and the storage of their databases. Deleting it deletes its workspaces and all their data.","type":"object","additionalProperties":false,"properties":{"name":{"description":"Name of the group. Any text; it can be changed in place. Default: the key of the entry.","type":"string","pattern":"\\S","x-trueup":{"normaliser":"trim","risk":"none"}},"provider":{"description":"Cloud provider of the region: AWS, Azure or GCP (any case). Goes together with `regionName`; the alternative is `regionID`. Cannot change in place.","type":"string","pattern":"^([Aa][Ww][Ss]|[Aa][Zz][Uu][Rr][Ee]|[Gg][Cc][Pp])$","examples":["AWS","Azure","GCP"],"x-trueup":{"immutable":true}},"regionName":{"description":"Code name of the region at the provider, for example `us-east-1`. Goes together with `provider`. Cannot change in place.","type":"string","pattern":"\\S","examples":["us-east-1"],"x-trueup":{"immutable":true,"normaliser":"lowercase"}},"regionID":{"description":"ID of the region (a UUID), instead of `provider` and `regionName`. Cannot change in place.","type":"string","pattern":"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$","x-trueup":{"impliedBy":["provider","regionName"],"immutable":true,"normaliser":"uuid"}},"project":{"description":"Project the group belongs to; it decides the edition. A key of `projects`, `{ name: … }` or `{ id: … }`. Without it the API picks one. Cannot change in place.","type":"string","x-trueup":{"immutable":true,"reference":"singlestore.projects"}},"firewallRanges":{"description":"CIDR ranges that may connect, compared as a set. `[]` lets nobody in; a list with `0.0.0.0/0` lets everybody in, as `allowAllTraffic: true` does. Applied a while after the API has answered. This or `allowAllTraffic` is needed to create a group.","type":"array","items":{"description":"A CIDR range or an IP address.","type":"string","pattern":"\\S","x-trueup":{"normaliser":"cidr"}},"x-trueup":{"set":true,"clearable":true,"default":[],"normaliser":"cidr","risk":"downtime","riskWhen":"narrower"}},"allowAllTraffic":{"description":"Whether the group can be reached from anywhere. The same as the range `0.0.0.0/0`.","type":"boolean","x-trueup":{"impliedBy":["firewallRanges"],"default":false,"risk":"downtime","riskWhen":"false"}},"adminPassword":{"description":"Password of the SQL user `admin`. At least 14 characters, with upper and lower case letters, a digit and a special character, no three characters in sequence and no four the same in a row. The API never tells it again. Left out when the group is created, the API generates one and shows it once. Give a source: `{ fromEnv: … }`, `{ fromFile: … }` or `{ fromCommand: […] }`.","type":"string","x-trueup":{"writeOnly":true,"sensitive":true,"risk":"downtime"}},"expiresAt":{"description":"When the group is terminated, with all its data: a time (RFC 3339), a date, or a duration from when it is sent, such as `3h30m`. Without it the group never expires. Once set it cannot be cleared, only moved.","type":"string","pattern":"\\S","examples":["2030-01-31T12:00:00Z","3h30m"],"x-trueup":{"normaliser":"duration-or-time","risk":"data-loss","riskWhen":"earlier"}},"updateWindow":{"description":"Weekly hour in which SingleStore may update the group. Changed as a whole.","type":"object","additionalProperties":false,"required":["day","hour"],"properties":{"day":{"description":"Day of the week, 0 (Sunday) to 6 (Saturday).","type":"integer","minimum":0,"maximum":6},"hour":{"description":"Hour of the day in UTC, 0 to 23.","type":"integer","minimum":0,"maximum":23}},"x-trueup":{"atomic":true,"risk":"none"}},"deploymentType":{"description":"PRODUCTION (default) or NON-PRODUCTION; holds for every workspace of the group.","type":"string","enum":["PRODUCTION","NON-PRODUCTION"],"x-trueup":{"default":"PRODUCTION","risk":"restart"}},"highAvailabilityTwoZones":{"description":"Whether the group is spread over two availability zones. Cannot change in place.","type":"boolean","x-trueup":{"immutable":true,"default":false}},"optInPreviewFeature":{"description":"Whether preview features are on. Only with `deploymentType: NON-PRODUCTION`, which then cannot change any more. Cannot change in place.","type":"boolean","x-trueup":{"immutable":true,"default":false}},"projectName":{"description":"Name of the project the group belongs to.","type":"string","x-trueup":{"readOnly":true}},"state":{"description":"ACTIVE, PENDING, FAILED or TERMINATED.","type":"string","x-trueup":{"readOnly":true}},"createdAt":{"description":"When the group was created.","type":"string","x-trueup":{"readOnly":true}},"terminatedAt":{"description":"When the group was terminated.","type":"string","x-trueup":{"readOnly":true}},"outboundAllowList":{"description":"Account that outbound connections of the group come from (AWS only).","type":"string","x-trueup":{"readOnly":true}},"smartDRStatus":{"description":"ACTIVE or STANDBY where disaster recovery is set up.","type":"string","x-trueup":{"readOnly":true}}}};
const func2 = Object.prototype.hasOwnProperty;
const pattern12 = new RegExp("^([Aa][Ww][Ss]|[Aa][Zz][Uu][Rr][Ee]|[Gg][Cc][Pp])$", "");
const pattern14 = new RegExp("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$", "");

function validate19(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema20.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern0.test(data0)){
const err1 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.provider !== undefined){
let data1 = data.provider;
if(typeof data1 === "string"){
if(!pattern12.test(data1)){
const err3 = {instancePath:instancePath+"/provider",schemaPath:"#/properties/provider/pattern",keyword:"pattern",params:{pattern: "^([Aa][Ww][Ss]|[Aa][Zz][Uu][Rr][Ee]|[Gg][Cc][Pp])$"},message:"must match pattern \""+"^([Aa][Ww][Ss]|[Aa][Zz][Uu][Rr][Ee]|[Gg][Cc][Pp])$"+"\""};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/provider",schemaPath:"#/properties/provider/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.regionName !== undefined){
let data2 = data.regionName;
if(typeof data2 === "string"){
if(!pattern0.test(data2)){
const err5 = {instancePath:instancePath+"/regionName",schemaPath:"#/properties/regionName/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/regionName",schemaPath:"#/properties/regionName/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.regionID !== undefined){
let data3 = data.regionID;
if(typeof data3 === "string"){
if(!pattern14.test(data3)){
const err7 = {instancePath:instancePath+"/regionID",schemaPath:"#/properties/regionID/pattern",keyword:"pattern",params:{pattern: "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"},message:"must match pattern \""+"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"+"\""};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/regionID",schemaPath:"#/properties/regionID/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.project !== undefined){
if(typeof data.project !== "string"){
const err9 = {instancePath:instancePath+"/project",schemaPath:"#/properties/project/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.firewallRanges !== undefined){
let data5 = data.firewallRanges;
if(Array.isArray(data5)){
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
let data6 = data5[i0];
if(typeof data6 === "string"){
if(!pattern0.test(data6)){
const err10 = {instancePath:instancePath+"/firewallRanges/" + i0,schemaPath:"#/properties/firewallRanges/items/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/firewallRanges/" + i0,schemaPath:"#/properties/firewallRanges/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
else {
const err12 = {instancePath:instancePath+"/firewallRanges",schemaPath:"#/properties/firewallRanges/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.allowAllTraffic !== undefined){
if(typeof data.allowAllTraffic !== "boolean"){
const err13 = {instancePath:instancePath+"/allowAllTraffic",schemaPath:"#/properties/allowAllTraffic/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.adminPassword !== undefined){
if(typeof data.adminPassword !== "string"){
const err14 = {instancePath:instancePath+"/adminPassword",schemaPath:"#/properties/adminPassword/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.expiresAt !== undefined){
let data9 = data.expiresAt;
if(typeof data9 === "string"){
if(!pattern0.test(data9)){
const err15 = {instancePath:instancePath+"/expiresAt",schemaPath:"#/properties/expiresAt/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/expiresAt",schemaPath:"#/properties/expiresAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.updateWindow !== undefined){
let data10 = data.updateWindow;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
if(data10.day === undefined){
const err17 = {instancePath:instancePath+"/updateWindow",schemaPath:"#/properties/updateWindow/required",keyword:"required",params:{missingProperty: "day"},message:"must have required property '"+"day"+"'"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data10.hour === undefined){
const err18 = {instancePath:instancePath+"/updateWindow",schemaPath:"#/properties/updateWindow/required",keyword:"required",params:{missingProperty: "hour"},message:"must have required property '"+"hour"+"'"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
for(const key1 in data10){
if(!((key1 === "day") || (key1 === "hour"))){
const err19 = {instancePath:instancePath+"/updateWindow",schemaPath:"#/properties/updateWindow/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data10.day !== undefined){
let data11 = data10.day;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err20 = {instancePath:instancePath+"/updateWindow/day",schemaPath:"#/properties/updateWindow/properties/day/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 6 || isNaN(data11)){
const err21 = {instancePath:instancePath+"/updateWindow/day",schemaPath:"#/properties/updateWindow/properties/day/maximum",keyword:"maximum",params:{comparison: "<=", limit: 6},message:"must be <= 6"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err22 = {instancePath:instancePath+"/updateWindow/day",schemaPath:"#/properties/updateWindow/properties/day/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
if(data10.hour !== undefined){
let data12 = data10.hour;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
const err23 = {instancePath:instancePath+"/updateWindow/hour",schemaPath:"#/properties/updateWindow/properties/hour/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 23 || isNaN(data12)){
const err24 = {instancePath:instancePath+"/updateWindow/hour",schemaPath:"#/properties/updateWindow/properties/hour/maximum",keyword:"maximum",params:{comparison: "<=", limit: 23},message:"must be <= 23"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data12 < 0 || isNaN(data12)){
const err25 = {instancePath:instancePath+"/updateWindow/hour",schemaPath:"#/properties/updateWindow/properties/hour/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
}
else {
const err26 = {instancePath:instancePath+"/updateWindow",schemaPath:"#/properties/updateWindow/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data.deploymentType !== undefined){
let data13 = data.deploymentType;
if(typeof data13 !== "string"){
const err27 = {instancePath:instancePath+"/deploymentType",schemaPath:"#/properties/deploymentType/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(!((data13 === "PRODUCTION") || (data13 === "NON-PRODUCTION"))){
const err28 = {instancePath:instancePath+"/deploymentType",schemaPath:"#/properties/deploymentType/enum",keyword:"enum",params:{allowedValues: schema20.properties.deploymentType.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data.highAvailabilityTwoZones !== undefined){
if(typeof data.highAvailabilityTwoZones !== "boolean"){
const err29 = {instancePath:instancePath+"/highAvailabilityTwoZones",schemaPath:"#/properties/highAvailabilityTwoZones/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data.optInPreviewFeature !== undefined){
if(typeof data.optInPreviewFeature !== "boolean"){
const err30 = {instancePath:instancePath+"/optInPreviewFeature",schemaPath:"#/properties/optInPreviewFeature/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data.projectName !== undefined){
if(typeof data.projectName !== "string"){
const err31 = {instancePath:instancePath+"/projectName",schemaPath:"#/properties/projectName/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data.state !== undefined){
if(typeof data.state !== "string"){
const err32 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data.createdAt !== undefined){
if(typeof data.createdAt !== "string"){
const err33 = {instancePath:instancePath+"/createdAt",schemaPath:"#/properties/createdAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data.terminatedAt !== undefined){
if(typeof data.terminatedAt !== "string"){
const err34 = {instancePath:instancePath+"/terminatedAt",schemaPath:"#/properties/terminatedAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data.outboundAllowList !== undefined){
if(typeof data.outboundAllowList !== "string"){
const err35 = {instancePath:instancePath+"/outboundAllowList",schemaPath:"#/properties/outboundAllowList/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data.smartDRStatus !== undefined){
if(typeof data.smartDRStatus !== "string"){
const err36 = {instancePath:instancePath+"/smartDRStatus",schemaPath:"#/properties/smartDRStatus/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
else {
const err37 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
validate19.errors = vErrors;
return errors === 0;
}

export const workspaces = validate20;
const schema21 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Workspace","description":"A workspace: the machines that run queries, inside a workspace group. A group has at most five.","type":"object","additionalProperties":false,"required":["workspaceGroup"],"properties":{"name":{"description":"Name of the workspace: lower-case letters, digits and hyphens, at most 32. Default: the key of the entry. Cannot change in place.","type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$","x-trueup":{"immutable":true,"normaliser":"trim"}},"workspaceGroup":{"description":"Group the workspace lives in: a key of `workspaceGroups`, `{ name: … }` or `{ id: … }`. Cannot change in place.","type":"string","x-trueup":{"immutable":true,"reference":"singlestore.workspaceGroups","requiredOnCreate":true}},"size":{"description":"Size: `S-00` (the default of the API), `S-0`, `S-1`, `S-2`, `S-4` and so on. A change restarts the workspace.","type":"string","pattern":"^S-[0-9]+$","examples":["S-00","S-0","S-1","S-2"],"x-trueup":{"risk":"restart"}},"scaleFactor":{"description":"Multiplier of the size for a while of high load: 1, 2 or 4.","type":"number","enum":[1,2,4],"x-trueup":{"default":1,"risk":"restart"}},"cacheConfig":{"description":"Multiplier of the persistent cache: 1, 2 or 4.","type":"number","enum":[1,2,4],"x-trueup":{"default":1,"risk":"restart"}},"autoSuspend":{"description":"When the workspace suspends by itself. `null` or `suspendType: DISABLED`: never. Changed as a whole.","type":["object","null"],"additionalProperties":false,"required":["suspendType"],"properties":{"suspendType":{"description":"IDLE: after a time without queries. SCHEDULED: after a time since the last resume. DISABLED: never.","type":"string","enum":["IDLE","SCHEDULED","DISABLED"]},"suspendAfterSeconds":{"description":"That time, in seconds. Not with DISABLED.","type":"integer","minimum":1}},"x-trueup":{"atomic":true,"clearable":true,"default":{"suspendType":"DISABLED"},"risk":"none"}},"autoScale":{"description":"How far the workspace may grow by itself. `null` or `maxScaleFactor: 1`: not at all. Changed as a whole.","type":["object","null"],"additionalProperties":false,"required":["maxScaleFactor"],"properties":{"maxScaleFactor":{"description":"Largest scale factor: 1 (off), 2 or 4.","type":"number","enum":[1,2,4]},"sensitivity":{"description":"How fast it reacts: LOW, NORMAL (default) or HIGH. Not with `maxScaleFactor: 1`.","type":"string","enum":["LOW","NORMAL","HIGH"]}},"x-trueup":{"atomic":true,"clearable":true,"default":{"maxScaleFactor":1},"risk":"none"}},"enableKai":{"description":"Whether SingleStore Kai, the MongoDB-compatible interface, is on.","type":"boolean","x-trueup":{"default":false,"risk":"restart"}},"deploymentType":{"description":"PRODUCTION or NON-PRODUCTION. The API takes it only after the workspace exists, so a create sends it in a second step.","type":"string","enum":["PRODUCTION","NON-PRODUCTION"],"x-trueup":{"default":"PRODUCTION","risk":"restart"}},"suspended":{"description":"true: keep the workspace suspended. false: keep it running. Absent: either is fine, so that it may suspend by itself and people may resume it.","type":"boolean","x-trueup":{"transient":true,"risk":"downtime","riskWhen":"true"}},"endpoint":{"description":"Host name to connect to. Absent while the workspace is suspended; it may differ after a resume.","type":"string","x-trueup":{"readOnly":true}},"state":{"description":"ACTIVE, PENDING, SUSPENDED, FAILED or TERMINATED.","type":"string","x-trueup":{"readOnly":true}},"createdAt":{"description":"When the workspace was created.","type":"string","x-trueup":{"readOnly":true}},"terminatedAt":{"description":"When the workspace was terminated.","type":"string","x-trueup":{"readOnly":true}},"lastResumedAt":{"description":"When the workspace was last resumed.","type":"string","x-trueup":{"readOnly":true}},"scalingProgress":{"description":"Progress of a size change, in percent.","type":"number","x-trueup":{"readOnly":true}}}};
const pattern17 = new RegExp("^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$", "");
const pattern18 = new RegExp("^S-[0-9]+$", "");

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.workspaceGroup === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "workspaceGroup"},message:"must have required property '"+"workspaceGroup"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema21.properties, key0))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern17.test(data0)){
const err2 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$"+"\""};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.workspaceGroup !== undefined){
if(typeof data.workspaceGroup !== "string"){
const err4 = {instancePath:instancePath+"/workspaceGroup",schemaPath:"#/properties/workspaceGroup/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.size !== undefined){
let data2 = data.size;
if(typeof data2 === "string"){
if(!pattern18.test(data2)){
const err5 = {instancePath:instancePath+"/size",schemaPath:"#/properties/size/pattern",keyword:"pattern",params:{pattern: "^S-[0-9]+$"},message:"must match pattern \""+"^S-[0-9]+$"+"\""};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/size",schemaPath:"#/properties/size/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.scaleFactor !== undefined){
let data3 = data.scaleFactor;
if(!((typeof data3 == "number") && (isFinite(data3)))){
const err7 = {instancePath:instancePath+"/scaleFactor",schemaPath:"#/properties/scaleFactor/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(!(((data3 === 1) || (data3 === 2)) || (data3 === 4))){
const err8 = {instancePath:instancePath+"/scaleFactor",schemaPath:"#/properties/scaleFactor/enum",keyword:"enum",params:{allowedValues: schema21.properties.scaleFactor.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.cacheConfig !== undefined){
let data4 = data.cacheConfig;
if(!((typeof data4 == "number") && (isFinite(data4)))){
const err9 = {instancePath:instancePath+"/cacheConfig",schemaPath:"#/properties/cacheConfig/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(!(((data4 === 1) || (data4 === 2)) || (data4 === 4))){
const err10 = {instancePath:instancePath+"/cacheConfig",schemaPath:"#/properties/cacheConfig/enum",keyword:"enum",params:{allowedValues: schema21.properties.cacheConfig.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.autoSuspend !== undefined){
let data5 = data.autoSuspend;
if((!(data5 && typeof data5 == "object" && !Array.isArray(data5))) && (data5 !== null)){
const err11 = {instancePath:instancePath+"/autoSuspend",schemaPath:"#/properties/autoSuspend/type",keyword:"type",params:{type: schema21.properties.autoSuspend.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(data5.suspendType === undefined){
const err12 = {instancePath:instancePath+"/autoSuspend",schemaPath:"#/properties/autoSuspend/required",keyword:"required",params:{missingProperty: "suspendType"},message:"must have required property '"+"suspendType"+"'"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
for(const key1 in data5){
if(!((key1 === "suspendType") || (key1 === "suspendAfterSeconds"))){
const err13 = {instancePath:instancePath+"/autoSuspend",schemaPath:"#/properties/autoSuspend/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data5.suspendType !== undefined){
let data6 = data5.suspendType;
if(typeof data6 !== "string"){
const err14 = {instancePath:instancePath+"/autoSuspend/suspendType",schemaPath:"#/properties/autoSuspend/properties/suspendType/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(!(((data6 === "IDLE") || (data6 === "SCHEDULED")) || (data6 === "DISABLED"))){
const err15 = {instancePath:instancePath+"/autoSuspend/suspendType",schemaPath:"#/properties/autoSuspend/properties/suspendType/enum",keyword:"enum",params:{allowedValues: schema21.properties.autoSuspend.properties.suspendType.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data5.suspendAfterSeconds !== undefined){
let data7 = data5.suspendAfterSeconds;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
const err16 = {instancePath:instancePath+"/autoSuspend/suspendAfterSeconds",schemaPath:"#/properties/autoSuspend/properties/suspendAfterSeconds/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 < 1 || isNaN(data7)){
const err17 = {instancePath:instancePath+"/autoSuspend/suspendAfterSeconds",schemaPath:"#/properties/autoSuspend/properties/suspendAfterSeconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
}
}
if(data.autoScale !== undefined){
let data8 = data.autoScale;
if((!(data8 && typeof data8 == "object" && !Array.isArray(data8))) && (data8 !== null)){
const err18 = {instancePath:instancePath+"/autoScale",schemaPath:"#/properties/autoScale/type",keyword:"type",params:{type: schema21.properties.autoScale.type},message:"must be object,null"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
if(data8.maxScaleFactor === undefined){
const err19 = {instancePath:instancePath+"/autoScale",schemaPath:"#/properties/autoScale/required",keyword:"required",params:{missingProperty: "maxScaleFactor"},message:"must have required property '"+"maxScaleFactor"+"'"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
for(const key2 in data8){
if(!((key2 === "maxScaleFactor") || (key2 === "sensitivity"))){
const err20 = {instancePath:instancePath+"/autoScale",schemaPath:"#/properties/autoScale/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data8.maxScaleFactor !== undefined){
let data9 = data8.maxScaleFactor;
if(!((typeof data9 == "number") && (isFinite(data9)))){
const err21 = {instancePath:instancePath+"/autoScale/maxScaleFactor",schemaPath:"#/properties/autoScale/properties/maxScaleFactor/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(!(((data9 === 1) || (data9 === 2)) || (data9 === 4))){
const err22 = {instancePath:instancePath+"/autoScale/maxScaleFactor",schemaPath:"#/properties/autoScale/properties/maxScaleFactor/enum",keyword:"enum",params:{allowedValues: schema21.properties.autoScale.properties.maxScaleFactor.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data8.sensitivity !== undefined){
let data10 = data8.sensitivity;
if(typeof data10 !== "string"){
const err23 = {instancePath:instancePath+"/autoScale/sensitivity",schemaPath:"#/properties/autoScale/properties/sensitivity/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(!(((data10 === "LOW") || (data10 === "NORMAL")) || (data10 === "HIGH"))){
const err24 = {instancePath:instancePath+"/autoScale/sensitivity",schemaPath:"#/properties/autoScale/properties/sensitivity/enum",keyword:"enum",params:{allowedValues: schema21.properties.autoScale.properties.sensitivity.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
}
if(data.enableKai !== undefined){
if(typeof data.enableKai !== "boolean"){
const err25 = {instancePath:instancePath+"/enableKai",schemaPath:"#/properties/enableKai/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data.deploymentType !== undefined){
let data12 = data.deploymentType;
if(typeof data12 !== "string"){
const err26 = {instancePath:instancePath+"/deploymentType",schemaPath:"#/properties/deploymentType/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(!((data12 === "PRODUCTION") || (data12 === "NON-PRODUCTION"))){
const err27 = {instancePath:instancePath+"/deploymentType",schemaPath:"#/properties/deploymentType/enum",keyword:"enum",params:{allowedValues: schema21.properties.deploymentType.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data.suspended !== undefined){
if(typeof data.suspended !== "boolean"){
const err28 = {instancePath:instancePath+"/suspended",schemaPath:"#/properties/suspended/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data.endpoint !== undefined){
if(typeof data.endpoint !== "string"){
const err29 = {instancePath:instancePath+"/endpoint",schemaPath:"#/properties/endpoint/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data.state !== undefined){
if(typeof data.state !== "string"){
const err30 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data.createdAt !== undefined){
if(typeof data.createdAt !== "string"){
const err31 = {instancePath:instancePath+"/createdAt",schemaPath:"#/properties/createdAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data.terminatedAt !== undefined){
if(typeof data.terminatedAt !== "string"){
const err32 = {instancePath:instancePath+"/terminatedAt",schemaPath:"#/properties/terminatedAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data.lastResumedAt !== undefined){
if(typeof data.lastResumedAt !== "string"){
const err33 = {instancePath:instancePath+"/lastResumedAt",schemaPath:"#/properties/lastResumedAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data.scalingProgress !== undefined){
let data19 = data.scalingProgress;
if(!((typeof data19 == "number") && (isFinite(data19)))){
const err34 = {instancePath:instancePath+"/scalingProgress",schemaPath:"#/properties/scalingProgress/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
else {
const err35 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}

/** One compiled validator: `errors` holds what the last call found. */
export interface ShapeValidator {
  (data: unknown): boolean;
  errors?: readonly ShapeError[] | null;
}

export interface ShapeError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** The validator of each kind. */
export const VALIDATORS: Readonly<Record<KindName, ShapeValidator>> = {
  accessControls,
  currentUser,
  permissions,
  projects,
  regions,
  roles,
  secrets,
  teams,
  users,
  workspaceGroups,
  workspaces,
};
