/*
 * What the bundle of the frontend needs beyond JupyterLab's own configuration: styles without comments and spaces.
 */
module.exports = {
  module: {
    rules: [
      {
        test: /\.css$/,
        enforce: 'pre',
        loader: 'builtin:lightningcss-loader',
        options: { minify: true }
      }
    ]
  }
};
