// @ts-nocheck -- compiled by ajv
// Made by scripts/generate.mjs from schemas/. Do not edit.
import type { KindName } from './schemas.ts';


export const apiKeys = validate10;
const schema11 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"API keys","description":"The two API keys of an app, which come with it. An entry looks them up for expressions, and makes new ones when asked to. One entry an app; without the entry the keys stay as they are.","type":"object","additionalProperties":false,"properties":{"app":{"description":"App that the keys belong to. Cannot change in place.","type":"string","x-trueup":{"reference":"spice.apps","immutable":true,"requiredOnCreate":true}},"rotate":{"description":"Any text, for example `2026-11`. Another one than at the last apply makes a new key, and the old one stops working at once. What a new entry has is only recorded.","type":"string","x-trueup":{"writeOnly":true,"marker":true,"risk":"none"}},"key":{"description":"Which key another `rotate` makes anew: `primary` (default), `secondary` or `both`.","type":"string","enum":["primary","secondary","both"],"x-trueup":{"writeOnly":true,"marker":true,"risk":"none"}},"primary":{"description":"The first key.","type":"string","x-trueup":{"readOnly":true,"sensitive":true}},"secondary":{"description":"The second key.","type":"string","x-trueup":{"readOnly":true,"sensitive":true}}}};

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((key0 === "app") || (key0 === "rotate")) || (key0 === "key")) || (key0 === "primary")) || (key0 === "secondary"))){
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
if(data.app !== undefined){
if(typeof data.app !== "string"){
const err1 = {instancePath:instancePath+"/app",schemaPath:"#/properties/app/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.rotate !== undefined){
if(typeof data.rotate !== "string"){
const err2 = {instancePath:instancePath+"/rotate",schemaPath:"#/properties/rotate/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.key !== undefined){
let data2 = data.key;
if(typeof data2 !== "string"){
const err3 = {instancePath:instancePath+"/key",schemaPath:"#/properties/key/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(!(((data2 === "primary") || (data2 === "secondary")) || (data2 === "both"))){
const err4 = {instancePath:instancePath+"/key",schemaPath:"#/properties/key/enum",keyword:"enum",params:{allowedValues: schema11.properties.key.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.primary !== undefined){
if(typeof data.primary !== "string"){
const err5 = {instancePath:instancePath+"/primary",schemaPath:"#/properties/primary/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.secondary !== undefined){
if(typeof data.secondary !== "string"){
const err6 = {instancePath:instancePath+"/secondary",schemaPath:"#/properties/secondary/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err7 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}

export const appSecrets = validate11;
const schema12 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"App secret","description":"A secret of an app, which its spicepod names as `${secrets:NAME}`. What is running gets it with the next deployment.","type":"object","additionalProperties":false,"properties":{"app":{"description":"App that the secret belongs to. Cannot change in place.","type":"string","x-trueup":{"reference":"spice.apps","immutable":true,"requiredOnCreate":true}},"name":{"description":"Name of the secret within its app; the case counts. Letters, digits and underscores, no digit in front. Default: the key of the entry. Cannot change in place.","type":"string","pattern":"^[a-zA-Z_][a-zA-Z0-9_]*$","x-trueup":{"immutable":true}},"value":{"description":"The secret text, which the API never shows. Give a source (`{ fromEnv: … }`, `{ fromFile: … }`, `{ fromCommand: […] }`) or an expression.","type":"string","x-trueup":{"sensitive":true,"writeOnly":true,"requiredOnCreate":true,"risk":"none"}},"created_at":{"description":"When the secret was created.","type":"string","x-trueup":{"readOnly":true}},"updated_at":{"description":"When the secret was last written.","type":"string","x-trueup":{"readOnly":true}}}};
const pattern0 = new RegExp("^[a-zA-Z_][a-zA-Z0-9_]*$", "");

function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((key0 === "app") || (key0 === "name")) || (key0 === "value")) || (key0 === "created_at")) || (key0 === "updated_at"))){
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
if(data.app !== undefined){
if(typeof data.app !== "string"){
const err1 = {instancePath:instancePath+"/app",schemaPath:"#/properties/app/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
let data1 = data.name;
if(typeof data1 === "string"){
if(!pattern0.test(data1)){
const err2 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-zA-Z_][a-zA-Z0-9_]*$"},message:"must match pattern \""+"^[a-zA-Z_][a-zA-Z0-9_]*$"+"\""};
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
if(data.value !== undefined){
if(typeof data.value !== "string"){
const err4 = {instancePath:instancePath+"/value",schemaPath:"#/properties/value/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.created_at !== undefined){
if(typeof data.created_at !== "string"){
const err5 = {instancePath:instancePath+"/created_at",schemaPath:"#/properties/created_at/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.updated_at !== undefined){
if(typeof data.updated_at !== "string"){
const err6 = {instancePath:instancePath+"/updated_at",schemaPath:"#/properties/updated_at/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err7 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}

export const apps = validate12;
const schema13 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"App","description":"An app (project) of Spice.ai and its configuration. A change of the configuration reaches what is running only with the next deployment. Deleting an app stops it and loses its secrets and API keys.","type":"object","additionalProperties":false,"properties":{"name":{"description":"Name of the app, unique in the organization in any case: 4 to 38 letters, digits and hyphens. Cannot change in place. Default: the key of the entry.","type":"string","pattern":"^[A-Za-z0-9-]{4,38}$","x-trueup":{"immutable":true,"normaliser":"case-insensitive"}},"region":{"description":"Region the app runs in, for example `us-west-2`. This, `cname` or `cluster_name` is needed to create an app. Cannot change in place.","type":"string","pattern":"\\S","examples":["us-west-2"],"x-trueup":{"immutable":true,"normaliser":"lowercase","mayBeUntold":true}},"cname":{"description":"Region the app runs in by its older name, for example `us-west-2-prod-aws-data`; means the same as its `region`. Cannot change in place.","type":"string","pattern":"\\S","examples":["us-west-2-prod-aws-data"],"x-trueup":{"impliedBy":["region"],"immutable":true,"normaliser":"lowercase","mayBeUntold":true}},"cluster_name":{"description":"Dedicated cluster the app runs on, instead of a region. The API does not tell it. Cannot change in place.","type":"string","pattern":"\\S","x-trueup":{"immutable":true,"writeOnly":true}},"description":{"description":"What the app is for.","type":"string","x-trueup":{"default":"","risk":"none"}},"visibility":{"description":"Who can see the app: `private` (default) or `public`.","type":"string","enum":["private","public"],"x-trueup":{"default":"private","risk":"none"}},"production_branch":{"description":"Branch that is deployed, for an app that is connected to a repository.","type":"string","pattern":"\\S","x-trueup":{"risk":"none"}},"tags":{"description":"Tags, replaced as a whole. Values are letters, digits, `_`, `@` and `-`.","type":"object","additionalProperties":{"description":"Value of the tag.","type":"string","pattern":"^[A-Za-z0-9_@-]*$"},"x-trueup":{"atomic":true,"risk":"none"}},"spicepod":{"description":"The spicepod, as YAML, or `{ fromFile: PATH }` of a file in the directory of the stack. Compared as parsed: order and comments do not count. `${…}` in it is left alone. Takes effect with the next deployment.","type":"object","x-trueup":{"atomic":true,"verbatim":true,"risk":"none"}},"update_channel":{"description":"Where new versions of the runtime come from: `stable`, `preview`, `nightly`, or for the vendor's own use `internal` and `internal-sandbox`. Takes effect with the next deployment.","type":"string","enum":["stable","preview","nightly","internal","internal-sandbox"],"x-trueup":{"risk":"none"}},"version":{"description":"Range of versions of the runtime, for example `2.x`. What was sent is compared, since the API is not known to tell it. Takes effect with the next deployment.","type":"string","pattern":"\\S","examples":["2.x"],"x-trueup":{"writeOnly":true,"risk":"none"}},"image_tag":{"description":"Version of the runtime to stay at (Enterprise plan). `null` lets it follow its channel. Takes effect with the next deployment.","type":["string","null"],"pattern":"\\S","x-trueup":{"clearable":true,"risk":"none"}},"registry":{"description":"Registry of the image; newer versions of the API no longer document it. Takes effect with the next deployment.","type":"string","pattern":"\\S","x-trueup":{"risk":"none"}},"image":{"description":"Name of the image; newer versions of the API no longer document it. Takes effect with the next deployment.","type":"string","pattern":"\\S","x-trueup":{"risk":"none"}},"replicas":{"description":"Instances, 0 to 10; how many are allowed depends on the plan. Takes effect with the next deployment.","type":"integer","minimum":0,"maximum":10,"x-trueup":{"risk":"none"}},"resources":{"description":"CPU and memory of an instance. Needs private compute; how much is allowed depends on the plan.","type":"object","additionalProperties":false,"properties":{"limits":{"description":"The most an instance may use.","type":"object","additionalProperties":false,"properties":{"cpu":{"description":"Whole vCPUs, or `-` for no limit.","type":"string","pattern":"^(\\d+|-)$","examples":["2"],"x-trueup":{"risk":"none"}},"memory":{"description":"Memory, for example `16Gi`.","type":"string","pattern":"\\S","examples":["16Gi"],"x-trueup":{"risk":"none"}},"ephemeral-storage":{"description":"Disk that does not outlive an instance, for example `8Gi`.","type":"string","pattern":"\\S","examples":["8Gi"],"x-trueup":{"risk":"none"}}}},"requests":{"description":"What an instance is given in any case.","type":"object","additionalProperties":false,"properties":{"cpu":{"description":"Whole vCPUs, or `-` for no limit.","type":"string","pattern":"^(\\d+|-)$","examples":["2"],"x-trueup":{"risk":"none"}},"memory":{"description":"Memory, for example `16Gi`.","type":"string","pattern":"\\S","examples":["16Gi"],"x-trueup":{"risk":"none"}}}}}},"executor":{"description":"Executors of the distributed mode. Takes effect with the next deployment.","type":"object","additionalProperties":false,"properties":{"replicas":{"description":"Executors, 0 to 10.","type":"integer","minimum":0,"maximum":10,"x-trueup":{"risk":"none"}},"resources":{"description":"CPU and memory of an executor. Needs private compute; how much is allowed depends on the plan.","type":"object","additionalProperties":false,"properties":{"limits":{"description":"The most an instance may use.","type":"object","additionalProperties":false,"properties":{"cpu":{"description":"Whole vCPUs, or `-` for no limit.","type":"string","pattern":"^(\\d+|-)$","examples":["2"],"x-trueup":{"risk":"none"}},"memory":{"description":"Memory, for example `16Gi`.","type":"string","pattern":"\\S","examples":["16Gi"],"x-trueup":{"risk":"none"}},"ephemeral-storage":{"description":"Disk that does not outlive an instance, for example `8Gi`.","type":"string","pattern":"\\S","examples":["8Gi"],"x-trueup":{"risk":"none"}}}},"requests":{"description":"What an instance is given in any case.","type":"object","additionalProperties":false,"properties":{"cpu":{"description":"Whole vCPUs, or `-` for no limit.","type":"string","pattern":"^(\\d+|-)$","examples":["2"],"x-trueup":{"risk":"none"}},"memory":{"description":"Memory, for example `16Gi`.","type":"string","pattern":"\\S","examples":["16Gi"],"x-trueup":{"risk":"none"}}}}}},"storage_size_gb":{"description":"Disk of an executor in GB.","type":"number","minimum":0,"x-trueup":{"risk":"none"}}}},"node_group":{"description":"Group of nodes the app runs on; newer versions of the API no longer document it. Takes effect with the next deployment.","type":"string","pattern":"\\S","x-trueup":{"risk":"none"}},"storage_size_gb":{"description":"Disk of the app in GB (Enterprise plan). Takes effect with the next deployment.","type":"number","minimum":0,"x-trueup":{"risk":"none"}},"created_at":{"description":"When the app was created.","type":"string","x-trueup":{"readOnly":true}},"cluster_id":{"description":"Cluster the app runs on; known a while after its creation.","type":"string","x-trueup":{"readOnly":true}},"endpoint":{"description":"URL of the app's data plane.","type":"string","x-trueup":{"readOnly":true}}}};
const func2 = Object.prototype.hasOwnProperty;
const pattern1 = new RegExp("^[A-Za-z0-9-]{4,38}$", "");
const pattern2 = new RegExp("\\S", "");
const pattern6 = new RegExp("^[A-Za-z0-9_@-]*$", "");
const pattern11 = new RegExp("^(\\d+|-)$", "");

function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema13.properties, key0))){
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
if(!pattern1.test(data0)){
const err1 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9-]{4,38}$"},message:"must match pattern \""+"^[A-Za-z0-9-]{4,38}$"+"\""};
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
if(data.region !== undefined){
let data1 = data.region;
if(typeof data1 === "string"){
if(!pattern2.test(data1)){
const err3 = {instancePath:instancePath+"/region",schemaPath:"#/properties/region/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
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
const err4 = {instancePath:instancePath+"/region",schemaPath:"#/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.cname !== undefined){
let data2 = data.cname;
if(typeof data2 === "string"){
if(!pattern2.test(data2)){
const err5 = {instancePath:instancePath+"/cname",schemaPath:"#/properties/cname/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
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
const err6 = {instancePath:instancePath+"/cname",schemaPath:"#/properties/cname/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.cluster_name !== undefined){
let data3 = data.cluster_name;
if(typeof data3 === "string"){
if(!pattern2.test(data3)){
const err7 = {instancePath:instancePath+"/cluster_name",schemaPath:"#/properties/cluster_name/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
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
const err8 = {instancePath:instancePath+"/cluster_name",schemaPath:"#/properties/cluster_name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.description !== undefined){
if(typeof data.description !== "string"){
const err9 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.visibility !== undefined){
let data5 = data.visibility;
if(typeof data5 !== "string"){
const err10 = {instancePath:instancePath+"/visibility",schemaPath:"#/properties/visibility/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(!((data5 === "private") || (data5 === "public"))){
const err11 = {instancePath:instancePath+"/visibility",schemaPath:"#/properties/visibility/enum",keyword:"enum",params:{allowedValues: schema13.properties.visibility.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.production_branch !== undefined){
let data6 = data.production_branch;
if(typeof data6 === "string"){
if(!pattern2.test(data6)){
const err12 = {instancePath:instancePath+"/production_branch",schemaPath:"#/properties/production_branch/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
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
const err13 = {instancePath:instancePath+"/production_branch",schemaPath:"#/properties/production_branch/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.tags !== undefined){
let data7 = data.tags;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key1 in data7){
let data8 = data7[key1];
if(typeof data8 === "string"){
if(!pattern6.test(data8)){
const err14 = {instancePath:instancePath+"/tags/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/tags/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_@-]*$"},message:"must match pattern \""+"^[A-Za-z0-9_@-]*$"+"\""};
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
const err15 = {instancePath:instancePath+"/tags/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/tags/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err16 = {instancePath:instancePath+"/tags",schemaPath:"#/properties/tags/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.spicepod !== undefined){
let data9 = data.spicepod;
if(!(data9 && typeof data9 == "object" && !Array.isArray(data9))){
const err17 = {instancePath:instancePath+"/spicepod",schemaPath:"#/properties/spicepod/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.update_channel !== undefined){
let data10 = data.update_channel;
if(typeof data10 !== "string"){
const err18 = {instancePath:instancePath+"/update_channel",schemaPath:"#/properties/update_channel/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(!(((((data10 === "stable") || (data10 === "preview")) || (data10 === "nightly")) || (data10 === "internal")) || (data10 === "internal-sandbox"))){
const err19 = {instancePath:instancePath+"/update_channel",schemaPath:"#/properties/update_channel/enum",keyword:"enum",params:{allowedValues: schema13.properties.update_channel.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.version !== undefined){
let data11 = data.version;
if(typeof data11 === "string"){
if(!pattern2.test(data11)){
const err20 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
else {
const err21 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.image_tag !== undefined){
let data12 = data.image_tag;
if((typeof data12 !== "string") && (data12 !== null)){
const err22 = {instancePath:instancePath+"/image_tag",schemaPath:"#/properties/image_tag/type",keyword:"type",params:{type: schema13.properties.image_tag.type},message:"must be string,null"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(typeof data12 === "string"){
if(!pattern2.test(data12)){
const err23 = {instancePath:instancePath+"/image_tag",schemaPath:"#/properties/image_tag/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
if(data.registry !== undefined){
let data13 = data.registry;
if(typeof data13 === "string"){
if(!pattern2.test(data13)){
const err24 = {instancePath:instancePath+"/registry",schemaPath:"#/properties/registry/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
else {
const err25 = {instancePath:instancePath+"/registry",schemaPath:"#/properties/registry/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data.image !== undefined){
let data14 = data.image;
if(typeof data14 === "string"){
if(!pattern2.test(data14)){
const err26 = {instancePath:instancePath+"/image",schemaPath:"#/properties/image/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/image",schemaPath:"#/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data.replicas !== undefined){
let data15 = data.replicas;
if(!(((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15))) && (isFinite(data15)))){
const err28 = {instancePath:instancePath+"/replicas",schemaPath:"#/properties/replicas/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 > 10 || isNaN(data15)){
const err29 = {instancePath:instancePath+"/replicas",schemaPath:"#/properties/replicas/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10},message:"must be <= 10"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(data15 < 0 || isNaN(data15)){
const err30 = {instancePath:instancePath+"/replicas",schemaPath:"#/properties/replicas/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
}
if(data.resources !== undefined){
let data16 = data.resources;
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
for(const key2 in data16){
if(!((key2 === "limits") || (key2 === "requests"))){
const err31 = {instancePath:instancePath+"/resources",schemaPath:"#/properties/resources/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data16.limits !== undefined){
let data17 = data16.limits;
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
for(const key3 in data17){
if(!(((key3 === "cpu") || (key3 === "memory")) || (key3 === "ephemeral-storage"))){
const err32 = {instancePath:instancePath+"/resources/limits",schemaPath:"#/properties/resources/properties/limits/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data17.cpu !== undefined){
let data18 = data17.cpu;
if(typeof data18 === "string"){
if(!pattern11.test(data18)){
const err33 = {instancePath:instancePath+"/resources/limits/cpu",schemaPath:"#/properties/resources/properties/limits/properties/cpu/pattern",keyword:"pattern",params:{pattern: "^(\\d+|-)$"},message:"must match pattern \""+"^(\\d+|-)$"+"\""};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
else {
const err34 = {instancePath:instancePath+"/resources/limits/cpu",schemaPath:"#/properties/resources/properties/limits/properties/cpu/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data17.memory !== undefined){
let data19 = data17.memory;
if(typeof data19 === "string"){
if(!pattern2.test(data19)){
const err35 = {instancePath:instancePath+"/resources/limits/memory",schemaPath:"#/properties/resources/properties/limits/properties/memory/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
else {
const err36 = {instancePath:instancePath+"/resources/limits/memory",schemaPath:"#/properties/resources/properties/limits/properties/memory/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data17["ephemeral-storage"] !== undefined){
let data20 = data17["ephemeral-storage"];
if(typeof data20 === "string"){
if(!pattern2.test(data20)){
const err37 = {instancePath:instancePath+"/resources/limits/ephemeral-storage",schemaPath:"#/properties/resources/properties/limits/properties/ephemeral-storage/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
else {
const err38 = {instancePath:instancePath+"/resources/limits/ephemeral-storage",schemaPath:"#/properties/resources/properties/limits/properties/ephemeral-storage/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
}
else {
const err39 = {instancePath:instancePath+"/resources/limits",schemaPath:"#/properties/resources/properties/limits/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data16.requests !== undefined){
let data21 = data16.requests;
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
for(const key4 in data21){
if(!((key4 === "cpu") || (key4 === "memory"))){
const err40 = {instancePath:instancePath+"/resources/requests",schemaPath:"#/properties/resources/properties/requests/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data21.cpu !== undefined){
let data22 = data21.cpu;
if(typeof data22 === "string"){
if(!pattern11.test(data22)){
const err41 = {instancePath:instancePath+"/resources/requests/cpu",schemaPath:"#/properties/resources/properties/requests/properties/cpu/pattern",keyword:"pattern",params:{pattern: "^(\\d+|-)$"},message:"must match pattern \""+"^(\\d+|-)$"+"\""};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
else {
const err42 = {instancePath:instancePath+"/resources/requests/cpu",schemaPath:"#/properties/resources/properties/requests/properties/cpu/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data21.memory !== undefined){
let data23 = data21.memory;
if(typeof data23 === "string"){
if(!pattern2.test(data23)){
const err43 = {instancePath:instancePath+"/resources/requests/memory",schemaPath:"#/properties/resources/properties/requests/properties/memory/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
else {
const err44 = {instancePath:instancePath+"/resources/requests/memory",schemaPath:"#/properties/resources/properties/requests/properties/memory/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
}
else {
const err45 = {instancePath:instancePath+"/resources/requests",schemaPath:"#/properties/resources/properties/requests/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
}
else {
const err46 = {instancePath:instancePath+"/resources",schemaPath:"#/properties/resources/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data.executor !== undefined){
let data24 = data.executor;
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
for(const key5 in data24){
if(!(((key5 === "replicas") || (key5 === "resources")) || (key5 === "storage_size_gb"))){
const err47 = {instancePath:instancePath+"/executor",schemaPath:"#/properties/executor/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(data24.replicas !== undefined){
let data25 = data24.replicas;
if(!(((typeof data25 == "number") && (!(data25 % 1) && !isNaN(data25))) && (isFinite(data25)))){
const err48 = {instancePath:instancePath+"/executor/replicas",schemaPath:"#/properties/executor/properties/replicas/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 > 10 || isNaN(data25)){
const err49 = {instancePath:instancePath+"/executor/replicas",schemaPath:"#/properties/executor/properties/replicas/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10},message:"must be <= 10"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
if(data25 < 0 || isNaN(data25)){
const err50 = {instancePath:instancePath+"/executor/replicas",schemaPath:"#/properties/executor/properties/replicas/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
}
if(data24.resources !== undefined){
let data26 = data24.resources;
if(data26 && typeof data26 == "object" && !Array.isArray(data26)){
for(const key6 in data26){
if(!((key6 === "limits") || (key6 === "requests"))){
const err51 = {instancePath:instancePath+"/executor/resources",schemaPath:"#/properties/executor/properties/resources/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data26.limits !== undefined){
let data27 = data26.limits;
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
for(const key7 in data27){
if(!(((key7 === "cpu") || (key7 === "memory")) || (key7 === "ephemeral-storage"))){
const err52 = {instancePath:instancePath+"/executor/resources/limits",schemaPath:"#/properties/executor/properties/resources/properties/limits/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data27.cpu !== undefined){
let data28 = data27.cpu;
if(typeof data28 === "string"){
if(!pattern11.test(data28)){
const err53 = {instancePath:instancePath+"/executor/resources/limits/cpu",schemaPath:"#/properties/executor/properties/resources/properties/limits/properties/cpu/pattern",keyword:"pattern",params:{pattern: "^(\\d+|-)$"},message:"must match pattern \""+"^(\\d+|-)$"+"\""};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
else {
const err54 = {instancePath:instancePath+"/executor/resources/limits/cpu",schemaPath:"#/properties/executor/properties/resources/properties/limits/properties/cpu/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data27.memory !== undefined){
let data29 = data27.memory;
if(typeof data29 === "string"){
if(!pattern2.test(data29)){
const err55 = {instancePath:instancePath+"/executor/resources/limits/memory",schemaPath:"#/properties/executor/properties/resources/properties/limits/properties/memory/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
else {
const err56 = {instancePath:instancePath+"/executor/resources/limits/memory",schemaPath:"#/properties/executor/properties/resources/properties/limits/properties/memory/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data27["ephemeral-storage"] !== undefined){
let data30 = data27["ephemeral-storage"];
if(typeof data30 === "string"){
if(!pattern2.test(data30)){
const err57 = {instancePath:instancePath+"/executor/resources/limits/ephemeral-storage",schemaPath:"#/properties/executor/properties/resources/properties/limits/properties/ephemeral-storage/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
else {
const err58 = {instancePath:instancePath+"/executor/resources/limits/ephemeral-storage",schemaPath:"#/properties/executor/properties/resources/properties/limits/properties/ephemeral-storage/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
}
else {
const err59 = {instancePath:instancePath+"/executor/resources/limits",schemaPath:"#/properties/executor/properties/resources/properties/limits/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data26.requests !== undefined){
let data31 = data26.requests;
if(data31 && typeof data31 == "object" && !Array.isArray(data31)){
for(const key8 in data31){
if(!((key8 === "cpu") || (key8 === "memory"))){
const err60 = {instancePath:instancePath+"/executor/resources/requests",schemaPath:"#/properties/executor/properties/resources/properties/requests/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data31.cpu !== undefined){
let data32 = data31.cpu;
if(typeof data32 === "string"){
if(!pattern11.test(data32)){
const err61 = {instancePath:instancePath+"/executor/resources/requests/cpu",schemaPath:"#/properties/executor/properties/resources/properties/requests/properties/cpu/pattern",keyword:"pattern",params:{pattern: "^(\\d+|-)$"},message:"must match pattern \""+"^(\\d+|-)$"+"\""};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
else {
const err62 = {instancePath:instancePath+"/executor/resources/requests/cpu",schemaPath:"#/properties/executor/properties/resources/properties/requests/properties/cpu/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
if(data31.memory !== undefined){
let data33 = data31.memory;
if(typeof data33 === "string"){
if(!pattern2.test(data33)){
const err63 = {instancePath:instancePath+"/executor/resources/requests/memory",schemaPath:"#/properties/executor/properties/resources/properties/requests/properties/memory/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
else {
const err64 = {instancePath:instancePath+"/executor/resources/requests/memory",schemaPath:"#/properties/executor/properties/resources/properties/requests/properties/memory/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
}
else {
const err65 = {instancePath:instancePath+"/executor/resources/requests",schemaPath:"#/properties/executor/properties/resources/properties/requests/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
}
else {
const err66 = {instancePath:instancePath+"/executor/resources",schemaPath:"#/properties/executor/properties/resources/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
if(data24.storage_size_gb !== undefined){
let data34 = data24.storage_size_gb;
if((typeof data34 == "number") && (isFinite(data34))){
if(data34 < 0 || isNaN(data34)){
const err67 = {instancePath:instancePath+"/executor/storage_size_gb",schemaPath:"#/properties/executor/properties/storage_size_gb/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
else {
const err68 = {instancePath:instancePath+"/executor/storage_size_gb",schemaPath:"#/properties/executor/properties/storage_size_gb/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
}
else {
const err69 = {instancePath:instancePath+"/executor",schemaPath:"#/properties/executor/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
if(data.node_group !== undefined){
let data35 = data.node_group;
if(typeof data35 === "string"){
if(!pattern2.test(data35)){
const err70 = {instancePath:instancePath+"/node_group",schemaPath:"#/properties/node_group/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
else {
const err71 = {instancePath:instancePath+"/node_group",schemaPath:"#/properties/node_group/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
if(data.storage_size_gb !== undefined){
let data36 = data.storage_size_gb;
if((typeof data36 == "number") && (isFinite(data36))){
if(data36 < 0 || isNaN(data36)){
const err72 = {instancePath:instancePath+"/storage_size_gb",schemaPath:"#/properties/storage_size_gb/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
else {
const err73 = {instancePath:instancePath+"/storage_size_gb",schemaPath:"#/properties/storage_size_gb/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
if(data.created_at !== undefined){
if(typeof data.created_at !== "string"){
const err74 = {instancePath:instancePath+"/created_at",schemaPath:"#/properties/created_at/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
if(data.cluster_id !== undefined){
if(typeof data.cluster_id !== "string"){
const err75 = {instancePath:instancePath+"/cluster_id",schemaPath:"#/properties/cluster_id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
if(data.endpoint !== undefined){
if(typeof data.endpoint !== "string"){
const err76 = {instancePath:instancePath+"/endpoint",schemaPath:"#/properties/endpoint/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
}
else {
const err77 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
validate12.errors = vErrors;
return errors === 0;
}

export const containerImages = validate13;
const schema14 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Container image","description":"A published version of the runtime. Looked up, never managed.","type":"object","additionalProperties":false,"properties":{"tag":{"description":"Tag, what `image_tag` takes.","type":"string","x-trueup":{"readOnly":true}},"name":{"description":"Repository and tag.","type":"string","x-trueup":{"readOnly":true}},"channel":{"description":"`stable` or `enterprise`.","type":"string","x-trueup":{"readOnly":true}}}};

function validate13(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((key0 === "tag") || (key0 === "name")) || (key0 === "channel"))){
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
if(data.tag !== undefined){
if(typeof data.tag !== "string"){
const err1 = {instancePath:instancePath+"/tag",schemaPath:"#/properties/tag/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
if(typeof data.name !== "string"){
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
if(data.channel !== undefined){
if(typeof data.channel !== "string"){
const err3 = {instancePath:instancePath+"/channel",schemaPath:"#/properties/channel/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
validate13.errors = vErrors;
return errors === 0;
}

export const deployments = validate14;
const schema15 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Deployment","description":"That the running deployment of an app has the app's configuration, the secrets of the stack for it, and the settings given here. A change of any of them makes a new deployment, and so does one that failed or that somebody else made. One entry an app. The API deletes no deployment: without the entry it keeps running.","type":"object","additionalProperties":false,"properties":{"app":{"description":"App that is deployed. Cannot change in place.","type":"string","x-trueup":{"reference":"spice.apps","immutable":true,"requiredOnCreate":true}},"image_tag":{"description":"Version of the runtime, in place of the app's own (Enterprise plan).","type":"string","pattern":"\\S","x-trueup":{"transient":true,"risk":"restart"}},"channel":{"description":"Where the version of the runtime comes from, in place of the app's own: `stable`, `preview`, `nightly`, or for the vendor's own use `internal`. The API does not tell it.","type":"string","enum":["stable","preview","nightly","internal"],"x-trueup":{"writeOnly":true,"risk":"restart"}},"replicas":{"description":"Instances of this deployment, in place of the app's own: 0 to 10; how many are allowed depends on the plan.","type":"integer","minimum":0,"maximum":10,"x-trueup":{"transient":true,"risk":"restart"}},"branch":{"description":"Branch that the deployment is said to come from.","type":"string","pattern":"\\S","x-trueup":{"transient":true,"risk":"restart"}},"commit_sha":{"description":"Commit that the deployment is said to come from.","type":"string","pattern":"\\S","x-trueup":{"transient":true,"risk":"restart"}},"commit_message":{"description":"What the deployment is said to be about.","type":"string","pattern":"\\S","x-trueup":{"transient":true,"risk":"restart"}},"debug":{"description":"Whether it is a deployment for debugging. The API does not tell it.","type":"boolean","x-trueup":{"writeOnly":true,"risk":"restart"}},"configuration":{"description":"What the settings of the app and the secrets of the stack for it come to; worked out by trueup, and never sent.","type":"string","x-trueup":{"readOnly":true,"writeOnly":true,"sensitive":true,"risk":"restart"}},"status":{"description":"What became of the last deployment: `queued`, `in_progress`, `succeeded` or `failed`. One that failed asks for a new one; a status that trueup does not know asks for nothing.","type":"string","x-trueup":{"readOnly":true,"mayBeUntold":true,"risk":"restart"}},"deployment_id":{"description":"ID of the last deployment. The ID of the entry is that of its app.","type":"string","x-trueup":{"readOnly":true}},"created_at":{"description":"When the last deployment was made.","type":"string","x-trueup":{"readOnly":true}},"started_at":{"description":"When the last deployment began to run.","type":"string","x-trueup":{"readOnly":true}},"updated_at":{"description":"When the last deployment ended.","type":"string","x-trueup":{"readOnly":true}},"error_code":{"description":"Why the last deployment failed, in a word.","type":"string","x-trueup":{"readOnly":true}},"error_message":{"description":"Why the last deployment failed.","type":"string","x-trueup":{"readOnly":true}},"creation_source":{"description":"What the last deployment was made with, for example `api` or `portal`.","type":"string","x-trueup":{"readOnly":true}},"created_by":{"description":"Who made the last deployment: an e-mail address or an ID.","type":"string","x-trueup":{"readOnly":true}}}};

function validate14(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema15.properties, key0))){
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
if(data.app !== undefined){
if(typeof data.app !== "string"){
const err1 = {instancePath:instancePath+"/app",schemaPath:"#/properties/app/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.image_tag !== undefined){
let data1 = data.image_tag;
if(typeof data1 === "string"){
if(!pattern2.test(data1)){
const err2 = {instancePath:instancePath+"/image_tag",schemaPath:"#/properties/image_tag/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
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
const err3 = {instancePath:instancePath+"/image_tag",schemaPath:"#/properties/image_tag/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.channel !== undefined){
let data2 = data.channel;
if(typeof data2 !== "string"){
const err4 = {instancePath:instancePath+"/channel",schemaPath:"#/properties/channel/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(!((((data2 === "stable") || (data2 === "preview")) || (data2 === "nightly")) || (data2 === "internal"))){
const err5 = {instancePath:instancePath+"/channel",schemaPath:"#/properties/channel/enum",keyword:"enum",params:{allowedValues: schema15.properties.channel.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.replicas !== undefined){
let data3 = data.replicas;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err6 = {instancePath:instancePath+"/replicas",schemaPath:"#/properties/replicas/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 10 || isNaN(data3)){
const err7 = {instancePath:instancePath+"/replicas",schemaPath:"#/properties/replicas/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10},message:"must be <= 10"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data3 < 0 || isNaN(data3)){
const err8 = {instancePath:instancePath+"/replicas",schemaPath:"#/properties/replicas/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
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
if(data.branch !== undefined){
let data4 = data.branch;
if(typeof data4 === "string"){
if(!pattern2.test(data4)){
const err9 = {instancePath:instancePath+"/branch",schemaPath:"#/properties/branch/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/branch",schemaPath:"#/properties/branch/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.commit_sha !== undefined){
let data5 = data.commit_sha;
if(typeof data5 === "string"){
if(!pattern2.test(data5)){
const err11 = {instancePath:instancePath+"/commit_sha",schemaPath:"#/properties/commit_sha/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/commit_sha",schemaPath:"#/properties/commit_sha/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.commit_message !== undefined){
let data6 = data.commit_message;
if(typeof data6 === "string"){
if(!pattern2.test(data6)){
const err13 = {instancePath:instancePath+"/commit_message",schemaPath:"#/properties/commit_message/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
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
const err14 = {instancePath:instancePath+"/commit_message",schemaPath:"#/properties/commit_message/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.debug !== undefined){
if(typeof data.debug !== "boolean"){
const err15 = {instancePath:instancePath+"/debug",schemaPath:"#/properties/debug/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.configuration !== undefined){
if(typeof data.configuration !== "string"){
const err16 = {instancePath:instancePath+"/configuration",schemaPath:"#/properties/configuration/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.status !== undefined){
if(typeof data.status !== "string"){
const err17 = {instancePath:instancePath+"/status",schemaPath:"#/properties/status/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.deployment_id !== undefined){
if(typeof data.deployment_id !== "string"){
const err18 = {instancePath:instancePath+"/deployment_id",schemaPath:"#/properties/deployment_id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.created_at !== undefined){
if(typeof data.created_at !== "string"){
const err19 = {instancePath:instancePath+"/created_at",schemaPath:"#/properties/created_at/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.started_at !== undefined){
if(typeof data.started_at !== "string"){
const err20 = {instancePath:instancePath+"/started_at",schemaPath:"#/properties/started_at/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.updated_at !== undefined){
if(typeof data.updated_at !== "string"){
const err21 = {instancePath:instancePath+"/updated_at",schemaPath:"#/properties/updated_at/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.error_code !== undefined){
if(typeof data.error_code !== "string"){
const err22 = {instancePath:instancePath+"/error_code",schemaPath:"#/properties/error_code/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.error_message !== undefined){
if(typeof data.error_message !== "string"){
const err23 = {instancePath:instancePath+"/error_message",schemaPath:"#/properties/error_message/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.creation_source !== undefined){
if(typeof data.creation_source !== "string"){
const err24 = {instancePath:instancePath+"/creation_source",schemaPath:"#/properties/creation_source/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.created_by !== undefined){
if(typeof data.created_by !== "string"){
const err25 = {instancePath:instancePath+"/created_by",schemaPath:"#/properties/created_by/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
else {
const err26 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
validate14.errors = vErrors;
return errors === 0;
}

export const limits = validate15;
const schema16 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Limits","description":"What the plan of the organization allows. Looked up, never managed.","type":"object","additionalProperties":false,"properties":{"name":{"description":"Always `organization`.","type":"string","x-trueup":{"readOnly":true}},"apps":{"description":"Apps of the organization.","type":"integer","x-trueup":{"readOnly":true}},"replicas":{"description":"Instances of an app.","type":"integer","x-trueup":{"readOnly":true}},"spicepods":{"description":"Spicepods of an app.","type":"integer","x-trueup":{"readOnly":true}},"users":{"description":"Members; -1 means any number.","type":"integer","x-trueup":{"readOnly":true}},"api_rps":{"description":"Requests a second.","type":"integer","x-trueup":{"readOnly":true}},"request_timeout_secs":{"description":"Seconds a request may take.","type":"integer","x-trueup":{"readOnly":true}},"sql_query_timeout_secs":{"description":"Seconds a query may take.","type":"integer","x-trueup":{"readOnly":true}},"sql_concurrent_queries":{"description":"Queries at the same time.","type":"integer","x-trueup":{"readOnly":true}},"max_cpu":{"description":"vCPUs of an instance; absent without private compute.","type":"integer","x-trueup":{"readOnly":true}},"max_memory_gi":{"description":"Memory of an instance in GiB; absent without private compute.","type":"integer","x-trueup":{"readOnly":true}}}};

function validate15(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema16.properties, key0))){
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
if(typeof data.name !== "string"){
const err1 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.apps !== undefined){
let data1 = data.apps;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err2 = {instancePath:instancePath+"/apps",schemaPath:"#/properties/apps/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.replicas !== undefined){
let data2 = data.replicas;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err3 = {instancePath:instancePath+"/replicas",schemaPath:"#/properties/replicas/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.spicepods !== undefined){
let data3 = data.spicepods;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err4 = {instancePath:instancePath+"/spicepods",schemaPath:"#/properties/spicepods/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.users !== undefined){
let data4 = data.users;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
const err5 = {instancePath:instancePath+"/users",schemaPath:"#/properties/users/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.api_rps !== undefined){
let data5 = data.api_rps;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err6 = {instancePath:instancePath+"/api_rps",schemaPath:"#/properties/api_rps/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.request_timeout_secs !== undefined){
let data6 = data.request_timeout_secs;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
const err7 = {instancePath:instancePath+"/request_timeout_secs",schemaPath:"#/properties/request_timeout_secs/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.sql_query_timeout_secs !== undefined){
let data7 = data.sql_query_timeout_secs;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
const err8 = {instancePath:instancePath+"/sql_query_timeout_secs",schemaPath:"#/properties/sql_query_timeout_secs/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.sql_concurrent_queries !== undefined){
let data8 = data.sql_concurrent_queries;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err9 = {instancePath:instancePath+"/sql_concurrent_queries",schemaPath:"#/properties/sql_concurrent_queries/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.max_cpu !== undefined){
let data9 = data.max_cpu;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
const err10 = {instancePath:instancePath+"/max_cpu",schemaPath:"#/properties/max_cpu/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.max_memory_gi !== undefined){
let data10 = data.max_memory_gi;
if(!(((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10))) && (isFinite(data10)))){
const err11 = {instancePath:instancePath+"/max_memory_gi",schemaPath:"#/properties/max_memory_gi/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
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
validate15.errors = vErrors;
return errors === 0;
}

export const members = validate16;
const schema17 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Member","description":"A member of the organization. The account must exist already.","type":"object","additionalProperties":false,"properties":{"username":{"description":"Name of the account, in any case. Cannot change in place. Default: the key of the entry.","type":"string","pattern":"^\\S+$","x-trueup":{"immutable":true,"normaliser":"case-insensitive"}},"roles":{"description":"Roles of the member, compared as a set. `admin` and `owner` are given and taken by owners only. Default for a new member: `member`.","type":"array","minItems":1,"items":{"description":"A role.","type":"string","enum":["owner","admin","member","viewer"]},"x-trueup":{"set":true,"clearable":false}},"is_owner":{"description":"Whether the member is an owner, whom the API neither changes nor removes.","type":"boolean","x-trueup":{"readOnly":true}},"created_at":{"description":"When the member joined.","type":"string","x-trueup":{"readOnly":true}}}};
const pattern26 = new RegExp("^\\S+$", "");

function validate16(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((key0 === "username") || (key0 === "roles")) || (key0 === "is_owner")) || (key0 === "created_at"))){
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
if(data.username !== undefined){
let data0 = data.username;
if(typeof data0 === "string"){
if(!pattern26.test(data0)){
const err1 = {instancePath:instancePath+"/username",schemaPath:"#/properties/username/pattern",keyword:"pattern",params:{pattern: "^\\S+$"},message:"must match pattern \""+"^\\S+$"+"\""};
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
const err2 = {instancePath:instancePath+"/username",schemaPath:"#/properties/username/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.roles !== undefined){
let data1 = data.roles;
if(Array.isArray(data1)){
if(data1.length < 1){
const err3 = {instancePath:instancePath+"/roles",schemaPath:"#/properties/roles/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(typeof data2 !== "string"){
const err4 = {instancePath:instancePath+"/roles/" + i0,schemaPath:"#/properties/roles/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(!((((data2 === "owner") || (data2 === "admin")) || (data2 === "member")) || (data2 === "viewer"))){
const err5 = {instancePath:instancePath+"/roles/" + i0,schemaPath:"#/properties/roles/items/enum",keyword:"enum",params:{allowedValues: schema17.properties.roles.items.enum},message:"must be equal to one of the allowed values"};
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
const err6 = {instancePath:instancePath+"/roles",schemaPath:"#/properties/roles/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.is_owner !== undefined){
if(typeof data.is_owner !== "boolean"){
const err7 = {instancePath:instancePath+"/is_owner",schemaPath:"#/properties/is_owner/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.created_at !== undefined){
if(typeof data.created_at !== "string"){
const err8 = {instancePath:instancePath+"/created_at",schemaPath:"#/properties/created_at/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err9 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
validate16.errors = vErrors;
return errors === 0;
}

export const regions = validate17;
const schema18 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Region","description":"A region that apps can run in. Looked up, never managed.","type":"object","additionalProperties":false,"properties":{"region":{"description":"ID, for example `us-west-2`.","type":"string","x-trueup":{"readOnly":true}},"name":{"description":"Display name.","type":"string","x-trueup":{"readOnly":true}},"cname":{"description":"Older name, for example `us-west-2-prod-aws-data`.","type":"string","x-trueup":{"readOnly":true}},"provider":{"description":"Cloud provider.","type":"string","x-trueup":{"readOnly":true}},"disabled":{"description":"Whether no app can be created there.","type":"boolean","x-trueup":{"readOnly":true}},"isDefault":{"description":"Whether it is the default.","type":"boolean","x-trueup":{"readOnly":true}}}};

function validate17(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((((key0 === "region") || (key0 === "name")) || (key0 === "cname")) || (key0 === "provider")) || (key0 === "disabled")) || (key0 === "isDefault"))){
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
if(data.region !== undefined){
if(typeof data.region !== "string"){
const err1 = {instancePath:instancePath+"/region",schemaPath:"#/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
if(typeof data.name !== "string"){
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
if(data.cname !== undefined){
if(typeof data.cname !== "string"){
const err3 = {instancePath:instancePath+"/cname",schemaPath:"#/properties/cname/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.provider !== undefined){
if(typeof data.provider !== "string"){
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
if(data.disabled !== undefined){
if(typeof data.disabled !== "boolean"){
const err5 = {instancePath:instancePath+"/disabled",schemaPath:"#/properties/disabled/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.isDefault !== undefined){
if(typeof data.isDefault !== "boolean"){
const err6 = {instancePath:instancePath+"/isDefault",schemaPath:"#/properties/isDefault/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
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
const err7 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
validate17.errors = vErrors;
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
  apiKeys,
  appSecrets,
  apps,
  containerImages,
  deployments,
  limits,
  members,
  regions,
};
