// Where Yeoman looks for the generator, in a clone and in the package; the compiled code is in dist.
export { default } from '../../dist/generators/app/generator.js'
